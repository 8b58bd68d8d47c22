package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the monitor remembers over a restart, one row a thing ({@code drift_monitor_state}). */
public final class MonitorState {
    private static final String LAST_REPORT = "last_report";
    private static final String HISTORY = "history:";
    private static final String SEGMENTS = "segments:";
    private static final String PENDING_TALLY = "pending_tally";
    private static final String REINDEX = "dispatched:reindex";
    private static final String RETRAIN = "dispatched:retrain:";

    private MonitorState() {}

    /** The last report that a leader left, as JSON. */
    public static Optional<String> lastReport(Connection connection) throws SQLException {
        return text(connection, LAST_REPORT, "value::text");
    }

    /** The streams that the last check could not read or compare, and why. */
    public static Map<String, String> failedStreams(Connection connection) throws SQLException {
        Map<String, String> failed = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT stream ->> 'stream', stream ->> 'reason'
                FROM drift_monitor_state, jsonb_array_elements(value -> 'streams') AS stream
                WHERE key = ? AND stream -> 'findings' = '[]'::jsonb
                """)) {
            statement.setString(1, LAST_REPORT);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    failed.put(row.getString(1), row.getString(2));
                }
            }
        }
        return failed;
    }

    /** When the last check was made, by whichever monitor. */
    public static Optional<Instant> lastCheck(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT updated_at FROM drift_monitor_state WHERE key = ?")) {
            statement.setString(1, LAST_REPORT);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.ofNullable(SqlTime.read(row, 1)) : Optional.empty();
            }
        }
    }

    /** Keeps the report of this check for monitors that do not lead. */
    public static void saveReport(Connection connection, String json, Instant at) throws SQLException {
        save(connection, LAST_REPORT, "?::jsonb", json, at);
    }

    /** The last verdicts of every stream that has some, newest last, in letters that the policy chooses. */
    static Map<WatchedStream, String> histories(Connection connection) throws SQLException {
        Map<WatchedStream, String> histories = new EnumMap<>(WatchedStream.class);
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT key, value #>> '{}' FROM drift_monitor_state WHERE key = ANY (?)")) {
            List<String> keys = new ArrayList<>();
            for (WatchedStream stream : WatchedStream.values()) {
                keys.add(HISTORY + stream.label());
            }
            statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    histories.put(
                            WatchedStream.ofLabel(row.getString(1).substring(HISTORY.length())), row.getString(2));
                }
            }
        }
        return histories;
    }

    static void saveHistory(Connection connection, WatchedStream stream, String history, Instant at)
            throws SQLException {
        save(connection, HISTORY + stream.label(), "to_jsonb(?::text)", history, at);
    }

    /** The segments of a stream that have profiles of their own, in the order in which they came. */
    static List<String> segments(Connection connection, String stream) throws SQLException {
        List<String> segments = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT s.name
                FROM drift_monitor_state, jsonb_array_elements_text(value) WITH ORDINALITY AS s (name, place)
                WHERE key = ? ORDER BY s.place
                """)) {
            statement.setString(1, SEGMENTS + stream);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    segments.add(row.getString(1));
                }
            }
        }
        return segments;
    }

    static void saveSegments(Connection connection, String stream, Collection<String> segments) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state (key, value) VALUES (?, to_jsonb(?::text[]))
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
                """)) {
            statement.setString(1, SEGMENTS + stream);
            statement.setArray(2, connection.createArrayOf("text", segments.toArray()));
            statement.executeUpdate();
        }
    }

    /** What earlier transactions have read and no decision has seen; gone with this transaction. */
    public static Tally takePendingTally(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM drift_monitor_state WHERE key = ? RETURNING value::text")) {
            statement.setString(1, PENDING_TALLY);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? TallyJson.read(row.getString(1)) : Tally.NONE;
            }
        }
    }

    /** Leaves what was read and not decided on to the next check; an earlier one must have been taken. */
    public static void savePendingTally(Connection connection, Tally tally) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state (key, value) VALUES (?, ?::jsonb)
                ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = now()
                """)) {
            statement.setString(1, PENDING_TALLY);
            statement.setString(2, TallyJson.write(tally));
            statement.executeUpdate();
        }
    }

    /** What became of the actions since the schema was created. */
    public static DispatchCounts dispatchCounts(Connection connection) throws SQLException {
        long reindex = 0;
        SortedMap<String, Long> retrain = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT key, value::text::bigint FROM drift_monitor_state WHERE key LIKE 'dispatched:%'
                        """);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String key = row.getString(1);
                if (key.equals(REINDEX)) {
                    reindex = row.getLong(2);
                } else if (key.startsWith(RETRAIN)) {
                    retrain.put(key.substring(RETRAIN.length()), row.getLong(2));
                }
            }
        }
        boolean paused = ActionDesk.pausedSince(connection).isPresent();
        return new DispatchCounts(reindex, retrain, ActionOutbox.rows(connection), paused);
    }

    /** Counts one dispatched decision. */
    static void countDispatch(Connection connection, String kind, String reason, Instant at) throws SQLException {
        String key = kind.equals("retrain") ? RETRAIN + reason : REINDEX;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_monitor_state AS s (key, value, updated_at) VALUES (?, '1', ?)
                ON CONFLICT (key) DO UPDATE
                SET value = to_jsonb(s.value::text::bigint + 1), updated_at = EXCLUDED.updated_at
                """)) {
            statement.setString(1, key);
            statement.setObject(2, SqlTime.parameter(at));
            statement.executeUpdate();
        }
    }

    private static Optional<String> text(Connection connection, String key, String expression) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + expression + " FROM drift_monitor_state WHERE key = ?")) {
            statement.setString(1, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static void save(Connection connection, String key, String expression, String value, Instant at)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO drift_monitor_state (key, value, updated_at) VALUES (?, " + expression
                        + ", ?) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at")) {
            statement.setString(1, key);
            statement.setString(2, value);
            statement.setObject(3, SqlTime.parameter(at));
            statement.executeUpdate();
        }
    }
}
