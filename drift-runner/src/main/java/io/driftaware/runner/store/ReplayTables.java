package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Temporary tables of the same names, in front of those that a check writes to: in this session the monitor's own statements
 * replay history and change nothing. Replay in read-only transactions, in which the server lets temporary tables be written
 * and no others.
 */
public final class ReplayTables {
    /** Everything that a check writes and a replay begins without. */
    private static final List<String> EMPTY = List.of(
            "drift_evidence",
            "drift_episodes",
            "drift_actions",
            "drift_action_episodes",
            "drift_monitor_state",
            "drift_events",
            "model_versions");

    /** What a check may add to, and a replay begins with. */
    private static final List<String> FILLED = List.of("drift_baselines", "drift_scored_profiles");

    private final String home;
    private final Window window;

    private ReplayTables(String home, Window window) {
        this.home = home;
        this.window = window;
    }

    /**
     * Makes the tables, empty; they end with the session.
     *
     * @param window that the profiles of the replay lie in
     * @throws SQLException if the user may make none, or the search path would find the permanent tables first
     */
    public static ReplayTables create(Connection connection, Window window) throws SQLException {
        ReplayTables tables = new ReplayTables(schemaOf(connection, "drift_evidence"), window);
        try (Statement statement = connection.createStatement()) {
            for (String table : EMPTY) {
                tables.create(statement, table);
            }
            for (String table : FILLED) {
                tables.create(statement, table);
            }
        }
        if (schemaOf(connection, "drift_evidence").equals(tables.home)) {
            throw new SQLException(
                    "search_path puts pg_temp behind schema " + tables.home
                            + ": a backtest needs it in front, which is the default",
                    "3F000");
        }
        return tables;
    }

    private static String schemaOf(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT quote_ident(n.nspname)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid = to_regclass(?)
                """)) {
            statement.setString(1, table);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("there is no table " + table + ": create the schema with init-db", "42P01");
                }
                return row.getString(1);
            }
        }
    }

    /** Numbers come from a sequence of this session too: those of the permanent tables stay as they are. */
    private void create(Statement statement, String table) throws SQLException {
        statement.execute("CREATE TEMPORARY TABLE " + table + " (LIKE " + home + "." + table
                + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)");
        try (ResultSet id = statement.executeQuery("SELECT FROM pg_attribute WHERE attrelid = 'pg_temp." + table
                + "'::regclass AND attname = 'id' AND NOT attisdropped")) {
            if (!id.next()) {
                return;
            }
        }
        statement.execute("CREATE TEMPORARY SEQUENCE " + table + "_replay");
        statement.execute("SELECT setval('pg_temp." + table + "_replay', (SELECT coalesce(max(id), 0) + 1 FROM " + home
                + "." + table + "))");
        statement.execute("ALTER TABLE pg_temp." + table + " ALTER COLUMN id SET DEFAULT nextval('pg_temp." + table
                + "_replay')");
    }

    /** Begins a replay: with the baselines that are in use now, what was scored against them, and nothing else. */
    public void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : EMPTY) {
                statement.execute("DELETE FROM pg_temp." + table);
            }
            for (String table : FILLED) {
                statement.execute("DELETE FROM pg_temp." + table);
            }
            statement.execute("INSERT INTO pg_temp.drift_baselines SELECT * FROM " + home
                    + ".drift_baselines WHERE accepted_at IS NOT NULL AND retired_at IS NULL");
        }
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO pg_temp.drift_scored_profiles SELECT p.* FROM "
                        + home + ".drift_scored_profiles p JOIN pg_temp.drift_baselines b ON b.id = p.baseline_id"
                        + " WHERE p.bucket_start >= ? AND p.bucket_start < ?")) {
            statement.setObject(1, SqlTime.parameter(window.from()));
            statement.setObject(2, SqlTime.parameter(window.to()));
            statement.executeUpdate();
        }
    }

    /** Takes the tables away: a pool may give the session to somebody else. */
    public void drop(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : Stream.concat(EMPTY.stream(), FILLED.stream()).toList()) {
                statement.execute("DROP TABLE pg_temp." + table);
                statement.execute("DROP SEQUENCE IF EXISTS pg_temp." + table + "_replay");
            }
        }
    }

    /**
     * What the monitor's checks fed to a sequence in a stretch of time.
     *
     * @param baselineId that it was fed for, null for a configured limit
     * @param deltas JSON object
     */
    public record Fed(
            WatchedStream stream, String hypothesis, Instant checkedAt, @Nullable Long baselineId, String deltas) {}

    /** Every step of every sequence at a check in the stretch, in their order. */
    public List<Fed> fed(Connection connection, Window stretch) throws SQLException {
        List<Fed> fed = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT stream, hypothesis, checked_at, baseline_id, deltas::text
                FROM %s.drift_evidence
                WHERE segment = '' AND checked_at > ? AND checked_at <= ?
                ORDER BY checked_at
                """
                        .formatted(home))) {
            statement.setObject(1, SqlTime.parameter(stretch.from()));
            statement.setObject(2, SqlTime.parameter(stretch.to()));
            statement.setFetchSize(10_000);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long baseline = row.getLong(4);
                    fed.add(new Fed(
                            WatchedStream.ofLabel(row.getString(1)),
                            row.getString(2),
                            Objects.requireNonNull(SqlTime.read(row, 3)),
                            row.wasNull() ? null : baseline,
                            row.getString(5)));
                }
            }
        }
        return fed;
    }

    /**
     * An action that a replay asked for.
     *
     * @param episode that asked for it
     * @param suppression why it would have been kept back, null if it would not
     */
    public record Asked(long episode, String kind, String action, @Nullable String suppression) {}

    /** The actions that a replay asked for, in their order; one of several episodes comes with each. */
    public static List<Asked> asked(Connection connection) throws SQLException {
        List<Asked> asked = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT ae.episode_id, a.kind, a.action, a.suppression_reason
                        FROM drift_actions a JOIN drift_action_episodes ae ON ae.action_id = a.id
                        ORDER BY a.id
                        """);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                asked.add(new Asked(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
            }
        }
        return asked;
    }
}
