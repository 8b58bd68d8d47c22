package io.driftaware.runner.cli;

import io.driftaware.core.policy.Staleness;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a stream that are in the logs since the baseline window began, read by a check or not.
 *
 * @param windows of the check that would be made now
 * @param all rows by the start of their quarter of an hour
 * @param comparable those of the embedding model that most of the latest rows have, by the same; all of them for other streams
 * @param space key of that model, as a baseline has it; empty for other streams
 * @param first time of the oldest, null without one
 * @param last time of the latest, null without one
 */
record LoggedRows(
        CheckWindows windows,
        NavigableMap<Instant, Long> all,
        NavigableMap<Instant, Long> comparable,
        String space,
        @Nullable Instant first,
        @Nullable Instant last) {

    static LoggedRows read(Connection connection, WatchedStream stream, CheckWindows windows) throws SQLException {
        NavigableMap<Instant, Long> all = new TreeMap<>();
        TreeMap<String, NavigableMap<Instant, Long>> bySpace = new TreeMap<>();
        Instant first = null;
        Instant last = null;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT date_bin('15 minutes', at, 'epoch'), dim, model, count(*), min(at), max(at)
                FROM (%s) AS r
                WHERE at >= ? AND at < ?
                GROUP BY 1, 2, 3
                """
                        .formatted(source(stream)))) {
            statement.setObject(1, windows.whole().from().atOffset(ZoneOffset.UTC));
            statement.setObject(2, windows.now().atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Instant quarter = instant(row, 1);
                    String key = row.getInt(2) == 0 ? "" : new EmbeddingSpace(row.getString(3), row.getInt(2)).key();
                    all.merge(quarter, row.getLong(4), Long::sum);
                    bySpace.computeIfAbsent(key, any -> new TreeMap<>()).merge(quarter, row.getLong(4), Long::sum);
                    Instant oldest = instant(row, 5);
                    first = first == null || oldest.isBefore(first) ? oldest : first;
                    Instant latest = instant(row, 6);
                    last = last == null || latest.isAfter(last) ? latest : last;
                }
            }
        }
        String space = current(all, bySpace);
        return new LoggedRows(windows, all, bySpace.getOrDefault(space, new TreeMap<>()), space, first, last);
    }

    /** As a check has it: that of most rows of the latest quarters, so many that they hold enough to tell. */
    private static String current(
            NavigableMap<Instant, Long> all, TreeMap<String, NavigableMap<Instant, Long>> bySpace) {
        long seen = 0;
        Instant from = Instant.EPOCH;
        for (var quarter : all.descendingMap().entrySet()) {
            from = quarter.getKey();
            seen += quarter.getValue();
            if (seen >= ProfileReader.LATEST_ROWS) {
                break;
            }
        }
        String current = "";
        long most = 0;
        for (var rows : bySpace.entrySet()) {
            long sum = sum(rows.getValue().tailMap(from, true));
            if (sum > most) {
                most = sum;
                current = rows.getKey();
            }
        }
        return current;
    }

    private static String source(WatchedStream stream) {
        String flags = "SELECT timestamp AS at, 0 AS dim, NULL AS model FROM interaction_log WHERE ";
        return switch (stream) {
            case QUERY_EMBEDDINGS, DOCUMENT_EMBEDDINGS, RESPONSE_EMBEDDINGS ->
                "SELECT timestamp AS at, embedding_dim AS dim, embedding_model AS model FROM embeddings_log WHERE type = '"
                        + stream.source() + "'";
            case REFUSALS -> flags + "refusal_flag IS NOT NULL";
            case TOXICITY -> flags + "toxicity_flag IS NOT NULL";
            case FEEDBACK ->
                "SELECT interaction_time AS at, 0 AS dim, NULL AS model FROM feedback_scores WHERE score IS NOT NULL";
            case COVERAGE -> flags + "(retrieval_top_score IS NOT NULL OR retrieval_hits IS NOT NULL)";
        };
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Rows of the recent window. */
    long recent() {
        return in(windows.recent());
    }

    /** Rows of the baseline window. */
    long baseline() {
        return in(windows.baseline());
    }

    private long in(Window window) {
        return sum(all.subMap(window.from(), true, window.to(), false));
    }

    /** Rows that can be compared, from then on. */
    long since(Instant start) {
        return sum(comparable.tailMap(start, true));
    }

    /** The same by the start of their hour. */
    NavigableMap<Instant, Long> hours() {
        return hours(comparable);
    }

    private static NavigableMap<Instant, Long> hours(NavigableMap<Instant, Long> quarters) {
        NavigableMap<Instant, Long> hours = new TreeMap<>();
        quarters.forEach((start, rows) -> hours.merge(start.truncatedTo(ChronoUnit.HOURS), rows, Long::sum));
        return hours;
    }

    /** By the rule of checks: for how many hours it may be silent, if it has been so for longer. */
    Optional<Long> staleAfterHours() {
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Staleness staleness =
                new Staleness(all.firstKey(), all.lastKey(), hours(all).size());
        return staleness.isStale(windows.now()) ? staleness.limit().map(limit -> limit.toHours()) : Optional.empty();
    }

    private static long sum(NavigableMap<Instant, Long> quarters) {
        return quarters.values().stream().mapToLong(Long::longValue).sum();
    }
}
