package io.driftaware.runner.view;

import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.Explanation;
import io.driftaware.runner.view.Episodes.Action;
import io.driftaware.runner.view.Episodes.Episode;
import io.driftaware.runner.view.Episodes.Proof;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads episodes with what they set off. */
final class EpisodeReader {
    private static final int MOST_ACTIONS = 500;

    private final Connection connection;
    private final EvidenceHistory evidence;
    private final boolean texts;

    EpisodeReader(Connection connection, double falseAlarmDays, boolean texts) {
        this.connection = connection;
        this.evidence = new EvidenceHistory(connection, falseAlarmDays);
        this.texts = texts;
    }

    /** A row of {@code drift_episodes}, with a hole for its actions. */
    private record Row(Episode episode, @Nullable String hypothesis) {}

    /** Those below a number, the latest first. */
    Episodes page(long before, int limit) throws SQLException {
        List<Row> rows = new ArrayList<>();
        String sql =
                """
                SELECT id, stream, segment, embedding_model, opened_at, opened_value, threshold, last_value, last_seen_at,
                       closed_at, details ->> 'closed_because', COALESCE(details ->> 'reason', ''), hypothesis,
                       (details -> 'explanation')::text
                FROM drift_episodes
                WHERE id < ?
                ORDER BY id DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, before);
            statement.setInt(2, limit + 1);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(row(row));
                }
            }
        }
        boolean more = rows.size() > limit;
        List<Row> shown = more ? rows.subList(0, limit) : rows;
        Map<Long, List<Action>> actions =
                actions(shown.stream().map(row -> row.episode().id()).toList());
        List<Episode> episodes = new ArrayList<>();
        for (Row row : shown) {
            episodes.add(whole(row, actions.getOrDefault(row.episode().id(), List.of())));
        }
        return new Episodes(episodes, more ? episodes.get(episodes.size() - 1).id() : null);
    }

    private Row row(ResultSet row) throws SQLException {
        String explanation = row.getString(14);
        return new Row(
                new Episode(
                        row.getLong(1),
                        row.getString(2),
                        texts || row.getString(3).isEmpty() ? row.getString(3) : "withheld",
                        row.getString(4),
                        SqlTimes.required(row, 5),
                        number(row, 6),
                        number(row, 7),
                        number(row, 8),
                        SqlTimes.required(row, 9),
                        SqlTimes.read(row, 10),
                        row.getString(11),
                        row.getString(12),
                        null,
                        explanation == null ? null : drifted(explanation),
                        List.of()),
                row.getString(13));
    }

    /** An explanation of a version to come is not a reason to show no episode. */
    private @Nullable Drifted drifted(String explanation) {
        try {
            return Drifted.of(Explanation.fromJson(explanation), texts);
        } catch (DriftMonitorException e) {
            return null;
        }
    }

    private Episode whole(Row row, List<Action> actions) throws SQLException {
        Episode bare = row.episode();
        Proof proof = row.hypothesis() == null
                ? null
                : evidence.proof(bare.stream(), bare.segment(), row.hypothesis(), bare.openedAt())
                        .orElse(null);
        return new Episode(
                bare.id(),
                bare.stream(),
                bare.segment(),
                bare.embeddingModel(),
                bare.openedAt(),
                bare.openedValue(),
                bare.threshold(),
                bare.lastValue(),
                bare.lastSeenAt(),
                bare.closedAt(),
                bare.closedBecause(),
                bare.reason(),
                proof,
                bare.drifted(),
                actions);
    }

    private Map<Long, List<Action>> actions(List<Long> episodes) throws SQLException {
        Map<Long, List<Action>> actions = new HashMap<>();
        String sql =
                """
                SELECT e.episode_id, a.id, a.action, a.kind, a.state, a.created_at, a.updated_at, a.attempts,
                       a.next_attempt_at, a.suppression_reason, NULLIF(COALESCE(a.last_error, a.result, a.progress), '')
                FROM drift_action_episodes e JOIN drift_actions a ON a.id = e.action_id
                WHERE e.episode_id = ANY (?)
                ORDER BY a.id
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("bigint", episodes.toArray()));
            statement.setInt(2, MOST_ACTIONS);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String keptBack = row.getString(10);
                    actions.computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                            .add(new Action(
                                    row.getLong(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(5),
                                    SqlTimes.required(row, 6),
                                    SqlTimes.required(row, 7),
                                    row.getInt(8),
                                    SqlTimes.read(row, 9),
                                    keptBack == null && texts ? row.getString(11) : keptBack));
                }
            }
        }
        return actions;
    }

    private static @Nullable Double number(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
