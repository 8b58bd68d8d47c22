package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the logs can be read: every transaction of this database below {@code xmin} is over, so no row of one can still
 * appear. Transactions of the server's other databases are left out, since they cannot write to our logs.
 *
 * @param xmin the oldest transaction that may still write, or the next one to come
 * @param age how long the oldest has been running; zero without one, empty where its start may not be seen
 * @param holder whose transaction it is, null if nobody's or already over
 */
public record Horizon(long xmin, Optional<Duration> age, @Nullable Holder holder) {

    /**
     * Who holds the horizon.
     *
     * @param pid of the server process, 0 of a prepared transaction
     * @param name application_name, or the global id of a prepared transaction; empty if it may not be seen
     */
    public record Holder(int pid, String name) {
        /** For a message. */
        public String describe() {
            String who = pid == 0 ? "prepared transaction" : "process " + pid;
            return name.isEmpty() ? who : who + " ('" + name + "')";
        }
    }

    /** An xid that cannot be placed in another database counts as ours: too low a horizon only makes rows wait. */
    private static final String WITH_HOLDER =
            """
            WITH seen AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot),
                 running AS (SELECT pg_snapshot_xip(snapshot) AS xid FROM seen),
                 ours AS (
                    SELECT r.xid, a.pid, a.application_name, a.xact_start, p.gid, p.prepared
                    FROM running r
                    LEFT JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = r.xid::xid
                                        AND l.mode = 'ExclusiveLock' AND l.granted
                    LEFT JOIN pg_stat_activity a ON a.pid = l.pid
                    LEFT JOIN pg_prepared_xacts p ON p.transaction = r.xid::xid
                    WHERE COALESCE(a.datname, p.database, current_database()) = current_database()
                    ORDER BY r.xid
                    LIMIT 1)
            SELECT COALESCE(o.xid, pg_snapshot_xmax(s.snapshot))::text::bigint, o.pid, o.application_name, o.gid,
                   EXTRACT(EPOCH FROM clock_timestamp() - COALESCE(o.xact_start, o.prepared)),
                   o.xid IS NULL, pg_snapshot_xmax(s.snapshot)::text::bigint
            FROM seen s LEFT JOIN ours o ON true
            """;

    /** The horizon at this moment. */
    public static Horizon now(Connection connection) throws SQLException {
        return seen(connection).horizon();
    }

    /** @param xmax the first transaction that had not begun */
    record Seen(Horizon horizon, long xmax) {}

    static Seen seen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Mostly nobody is writing at this moment; then there is no need to ask who.
            try (ResultSet row = statement.executeQuery(
                    """
                    SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint
                    FROM pg_current_snapshot() AS s
                    """)) {
                row.next();
                if (row.getLong(1) == row.getLong(2)) {
                    return new Seen(new Horizon(row.getLong(1), Optional.of(Duration.ZERO), null), row.getLong(2));
                }
            }
            try (ResultSet row = statement.executeQuery(WITH_HOLDER)) {
                row.next();
                return new Seen(new Horizon(row.getLong(1), age(row), holder(row)), row.getLong(7));
            }
        }
    }

    private static Optional<Duration> age(ResultSet row) throws SQLException {
        double seconds = row.getDouble(5);
        if (!row.wasNull()) {
            return Optional.of(Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))));
        }
        return row.getBoolean(6) ? Optional.of(Duration.ZERO) : Optional.empty();
    }

    private static @Nullable Holder holder(ResultSet row) throws SQLException {
        String prepared = row.getString(4);
        if (prepared != null) {
            return new Holder(0, prepared);
        }
        int pid = row.getInt(2);
        String application = row.getString(3);
        return pid == 0 ? null : new Holder(pid, application == null ? "" : application);
    }
}
