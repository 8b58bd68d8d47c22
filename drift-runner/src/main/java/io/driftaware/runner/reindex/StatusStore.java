package io.driftaware.runner.reindex;

import io.driftaware.runner.openai.Json;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the status in {@code drift_monitor_state}: one row, so one re-index at a time in a database. */
final class StatusStore {
    private static final String KEY = "reindex";

    private StatusStore() {}

    static Optional<ReindexStatus> load(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT value::text FROM drift_monitor_state WHERE key = ?")) {
            select.setString(1, KEY);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(read(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** The one that is under way or has ended; there is none before the first start. */
    static ReindexStatus loaded(Connection connection) throws SQLException {
        return load(connection).orElseThrow(() -> new IllegalStateException("there is no re-index: start one"));
    }

    static void save(Connection connection, ReindexStatus status) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state (key, value) VALUES (?, ?::jsonb)
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
                """)) {
            upsert.setString(1, KEY);
            upsert.setString(2, write(status));
            upsert.executeUpdate();
        }
    }

    static String write(ReindexStatus status) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("run", status.aim().run());
        fields.put("state", status.state());
        fields.put("model", status.aim().model());
        fields.put("dimension", status.aim().dimension());
        fields.put("started_at", status.aim().startedAt());
        fields.put("updated_at", status.updatedAt());
        fields.put("embedded", status.work().embedded());
        fields.put("reused", status.work().reused());
        fields.put("pending", status.work().pending());
        fields.put("requests", status.work().requests());
        fields.put("tokens", status.work().tokens());
        fields.put("failures", status.standing().failures());
        fields.put("cursor", status.place().cursor());
        fields.put("source", status.place().source());
        fields.put("source_cursor", status.place().sourceCursor());
        fields.put("message", status.standing().message());
        ReindexStatus.Comparison compared = status.comparison();
        if (compared != null) {
            Map<String, @Nullable Object> comparison = new LinkedHashMap<>();
            comparison.put("recall", compared.recall());
            comparison.put("queries", compared.queries());
            comparison.put("coverage_before", compared.coverageBefore());
            comparison.put("coverage_after", compared.coverageAfter());
            fields.put("comparison", comparison);
        }
        return Json.write(fields);
    }

    static ReindexStatus read(String text) throws SQLException {
        try {
            Map<String, @Nullable Object> fields = Json.read(text);
            return new ReindexStatus(
                    new ReindexStatus.Aim(
                            UUID.fromString(text(fields, "run")),
                            text(fields, "model"),
                            (int) whole(fields, "dimension"),
                            Instant.parse(text(fields, "started_at"))),
                    new ReindexStatus.Standing(
                            ReindexState.valueOf(text(fields, "state")),
                            (int) whole(fields, "failures"),
                            text(fields, "message")),
                    new ReindexStatus.Work(
                            whole(fields, "embedded"),
                            whole(fields, "reused"),
                            whole(fields, "pending"),
                            whole(fields, "requests"),
                            whole(fields, "tokens")),
                    new ReindexStatus.Place(whole(fields, "cursor"), (int) whole(fields, "source"), (String)
                            fields.get("source_cursor")),
                    comparison(Json.fields(fields.get("comparison"))),
                    Instant.parse(text(fields, "updated_at")));
        } catch (IOException | RuntimeException e) {
            throw new SQLException("drift_monitor_state 'reindex' cannot be read: delete the row, then start again", e);
        }
    }

    private static ReindexStatus.@Nullable Comparison comparison(Map<String, @Nullable Object> compared) {
        return compared.isEmpty()
                ? null
                : new ReindexStatus.Comparison(
                        share(compared.get("recall")),
                        (int) whole(compared, "queries"),
                        share(compared.get("coverage_before")),
                        share(compared.get("coverage_after")));
    }

    private static String text(Map<String, @Nullable Object> fields, String name) {
        return (String) Objects.requireNonNull(fields.get(name));
    }

    private static long whole(Map<String, @Nullable Object> fields, String name) {
        return (Long) Objects.requireNonNull(fields.get(name));
    }

    private static @Nullable Double share(@Nullable Object value) {
        return value == null ? null : ((Number) value).doubleValue();
    }
}
