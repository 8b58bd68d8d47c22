package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How far each reader has come ({@code drift_checkpoints}). */
final class Checkpoints {
    private final Connection connection;
    private final Map<Reader, LogCursor> cursors;
    private final Map<Reader, Move> moves = new EnumMap<>(Reader.class);

    /**
     * One step of a reader.
     *
     * @param rows in between
     * @param more whether there may be more behind them
     * @param scored whether any of them has a score of its own
     */
    record Move(LogCursor from, LogCursor to, long rows, boolean more, boolean scored) {}

    private Checkpoints(Connection connection, Map<Reader, LogCursor> cursors) {
        this.connection = connection;
        this.cursors = cursors;
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

        private static Reader ofLabel(String label) {
            for (Reader reader : values()) {
                if (reader.label.equals(label)) {
                    return reader;
                }
            }
            throw new IllegalArgumentException("no reader is called '" + label + "'");
        }
    }

    private static final String SYSTEM =
            """
            CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                 THEN (SELECT system_identifier::text FROM pg_control_system()) END
            """;

    /**
     * Refuses a database whose transaction ids come from another cluster. A row that can be seen was written by a
     * transaction that has begun, unless another cluster wrote it.
     *
     * @throws RestoredException if it is one
     */
    static void requireSameCluster(Connection connection) throws SQLException {
        String sql =
                """
                SELECT (SELECT max(system_identifier) FROM drift_checkpoints), %s,
                       EXISTS (SELECT FROM drift_checkpoints WHERE xact_id >= unborn),
                       COALESCE(%s >= unborn, false) OR COALESCE(%s >= unborn, false) OR COALESCE(%s >= unborn, false)
                FROM pg_snapshot_xmax(pg_current_snapshot()) AS here (unborn)
                """
                        .formatted(SYSTEM, newest("embeddings_log"), newest("interaction_log"), newest("feedback_log"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            String kept = row.getString(1);
            String here = row.getString(2);
            if (kept != null && here != null && !kept.equals(here)) {
                throw new RestoredException("read in cluster " + kept + ", now in " + here);
            }
            if (row.getBoolean(3)) {
                throw new RestoredException("read up to a transaction that has not begun here");
            }
            if (row.getBoolean(4)) {
                throw new RestoredException("a log has rows of transactions that have not begun here");
            }
        }
    }

    /** From the end of the cursor's index. A search for rows above a limit would be planned as a scan of the whole log. */
    private static String newest(String log) {
        return "(SELECT xact_id FROM " + log + " ORDER BY xact_id DESC, id DESC LIMIT 1)";
    }

    /** As they are at this moment. */
    static Checkpoints read(Connection connection) throws SQLException {
        return read(connection, "SELECT reader, xact_id::text::bigint, row_id FROM drift_checkpoints");
    }

    /** Keeps every other reader out until the transaction ends, whatever became of its lead. */
    static Checkpoints lock(Connection connection) throws SQLException {
        String locked =
                "SELECT reader, xact_id::text::bigint, row_id FROM drift_checkpoints ORDER BY reader FOR UPDATE";
        Checkpoints found = read(connection, locked);
        if (found.cursors.size() == Reader.values().length) {
            return found;
        }
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
        return read(connection, locked);
    }

    private static Checkpoints read(Connection connection, String sql) throws SQLException {
        Map<Reader, LogCursor> cursors = new EnumMap<>(Reader.class);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                cursors.put(Reader.ofLabel(row.getString(1)), new LogCursor(row.getLong(2), row.getLong(3)));
            }
        }
        return new Checkpoints(connection, cursors);
    }

    LogCursor cursor(Reader reader) {
        return cursors.getOrDefault(reader, LogCursor.START);
    }

    /** The last step that a reader made in this transaction: who follows it need not look for the rows again. */
    @Nullable
    Move lastMove(Reader reader) {
        return moves.get(reader);
    }

    /** As {@link #move(Reader, LogCursor, UUID)}, and tells who follows what was seen. */
    void move(Reader reader, @Nullable UUID eventId, Move step) throws SQLException {
        move(reader, step.to(), eventId);
        moves.put(reader, step);
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
        cursors.put(reader, to);
    }
}
