package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How far each reader has come ({@code drift_checkpoints}). */
final class Checkpoints {
    private final Connection connection;

    Checkpoints(Connection connection) {
        this.connection = connection;
    }

    /** One who reads one log. */
    enum Reader {
        EMBEDDINGS("embeddings", "embeddings_log"),
        INTERACTIONS("interactions", "interaction_log"),
        FEEDBACK_OF_INTERACTIONS("feedback_of_interactions", "interaction_log"),
        FEEDBACK("feedback", "feedback_log");

        private final String label;
        private final String table;

        Reader(String label, String table) {
            this.label = label;
            this.table = table;
        }

        String table() {
            return table;
        }
    }

    private static final String SYSTEM =
            """
            CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                 THEN (SELECT system_identifier::text FROM pg_control_system()) END
            """;

    /**
     * Refuses a database whose transaction ids come from another cluster.
     *
     * @throws RestoredException if it is one
     */
    void requireSameCluster() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery(
                    """
                    SELECT max(system_identifier), system, bool_or(xact_id >= pg_snapshot_xmax(pg_current_snapshot()))
                    FROM drift_checkpoints CROSS JOIN (SELECT %s AS system) here
                    GROUP BY system
                    """
                            .formatted(SYSTEM))) {
                if (row.next()) {
                    String kept = row.getString(1);
                    String here = row.getString(2);
                    if (kept != null && here != null && !kept.equals(here)) {
                        throw new RestoredException("read in cluster " + kept + ", now in " + here);
                    }
                    if (row.getBoolean(3)) {
                        throw new RestoredException("read up to a transaction that has not begun here");
                    }
                }
            }
            // A row that can be seen was written by a transaction that has begun, unless another cluster wrote it.
            try (ResultSet row = statement.executeQuery(
                    """
                    SELECT EXISTS (SELECT FROM embeddings_log WHERE xact_id >= pg_snapshot_xmax(pg_current_snapshot())),
                           EXISTS (SELECT FROM interaction_log WHERE xact_id >= pg_snapshot_xmax(pg_current_snapshot())),
                           EXISTS (SELECT FROM feedback_log WHERE xact_id >= pg_snapshot_xmax(pg_current_snapshot()))
                    """)) {
                row.next();
                List<String> logs = List.of("embeddings_log", "interaction_log", "feedback_log");
                for (int i = 0; i < logs.size(); i++) {
                    if (row.getBoolean(i + 1)) {
                        throw new RestoredException(logs.get(i) + " has rows of transactions that have not begun here");
                    }
                }
            }
        }
    }

    /** Keeps every other reader out until the transaction ends, whatever became of its lead. */
    void lock() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_checkpoints (reader, xact_id, row_id)
                SELECT reader, '0'::xid8, 0 FROM unnest(?) AS reader
                ON CONFLICT (reader) DO NOTHING
                """)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            Arrays.stream(Reader.values())
                                    .map(reader -> reader.label)
                                    .toArray()));
            statement.executeUpdate();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT FROM drift_checkpoints ORDER BY reader FOR UPDATE");
        }
    }

    LogCursor cursor(Reader reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT xact_id::text::bigint, row_id FROM drift_checkpoints WHERE reader = ?")) {
            statement.setString(1, reader.label);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new LogCursor(row.getLong(1), row.getLong(2)) : LogCursor.START;
            }
        }
    }

    /** @param eventId of the row at the cursor, if the log was read row by row */
    void move(Reader reader, LogCursor to, @Nullable UUID eventId) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_checkpoints
                SET xact_id = ?::text::xid8, row_id = ?, event_id = ?, updated_at = now(), system_identifier = %s
                WHERE reader = ?
                """
                        .formatted(SYSTEM))) {
            statement.setString(1, Long.toString(to.xactId()));
            statement.setLong(2, to.rowId());
            statement.setObject(3, eventId);
            statement.setString(4, reader.label);
            if (statement.executeUpdate() != 1) {
                throw new SQLException("reader '" + reader.label + "' has no checkpoint: lock() comes first");
            }
        }
    }
}
