package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lead of a database: a session-level advisory lock, and a number that is one higher at each take-over.
 *
 * <p>Idea: the server gives the lock to the next one as soon as this session has ended, and ends it itself where nothing
 * is heard from it for {@value #SILENCE_SECONDS} s, so neither a lost host nor a stopped process keeps it. Such a process
 * may wake up and believe that it leads still. Therefore every check holds the fence's lock shared, on the connection that
 * it writes with, and each of its transactions compares the number; a take-over first ends the sessions that hold the
 * fence, then raises the number behind it. After that nothing of an earlier leader can commit.
 *
 * <p>Safe for use by several threads.
 */
public final class Lead implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lead.class);

    /** Any number will do, as long as every monitor of a database uses the same. */
    private static final long LOCK = 0x4472_6966_7441_7761L;

    /** Held shared by the session of a check that a leader makes. */
    static final long FENCE = 0x4472_6966_7446_656EL;

    /** After so long without a sign of life the server ends the session that holds the lead. */
    static final int SILENCE_SECONDS = 15;

    /** A server that does not answer a heartbeat for this long is given up; below the silence that the server allows. */
    private static final int ANSWER_LIMIT_MILLIS = 10_000;

    private static final Executor SAME_THREAD = Runnable::run;

    private final Connection connection;
    private final boolean dedicated;
    private final int usualTimeout;
    private final int backend;
    private long epoch;
    private boolean held = true;

    private Lead(Connection connection, boolean dedicated, int usualTimeout, int backend) {
        this.connection = connection;
        this.dedicated = dedicated;
        this.usualTimeout = usualTimeout;
        this.backend = backend;
    }

    /**
     * Asks for the lead, without waiting, on a connection of its own that is kept for as long.
     *
     * @return empty if another has it
     * @throws SQLException also where the server takes no writes now (25006)
     */
    public static Optional<Lead> take(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        Optional<Lead> taken = Optional.empty();
        try {
            int usualTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(SAME_THREAD, ANSWER_LIMIT_MILLIS);
            taken = take(connection, true, usualTimeout);
            if (taken.isEmpty()) {
                connection.setNetworkTimeout(SAME_THREAD, usualTimeout);
            }
            return taken;
        } finally {
            if (taken.isEmpty()) {
                connection.close();
            }
        }
    }

    /** Asks for the lead on the connection of the one check that is to be made with it. */
    static Optional<Lead> on(Connection connection) throws SQLException {
        return take(connection, false, 0);
    }

    private static Optional<Lead> take(Connection connection, boolean dedicated, int usualTimeout) throws SQLException {
        connection.setAutoCommit(true);
        Lead lead;
        // A standby has locks of its own: two leaders, were they given there.
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT pg_backend_pid(),
                       CASE WHEN NOT current_setting('transaction_read_only')::boolean THEN pg_try_advisory_lock(?) END
                """)) {
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                boolean locked = row.getBoolean(2);
                if (row.wasNull()) {
                    throw new SQLException("waiting for a database that takes writes", "25006");
                }
                if (!locked) {
                    return Optional.empty();
                }
                lead = new Lead(connection, dedicated, usualTimeout, row.getInt(1));
            }
        }
        boolean raised = false;
        try {
            if (dedicated) {
                lead.limitSilence();
            }
            lead.endEarlierChecks();
            lead.raiseEpoch();
            raised = true;
        } finally {
            if (!raised) {
                // Nothing else is sure to let go of the lock; whoever owns the connection sees that it is gone.
                connection.abort(SAME_THREAD);
            }
        }
        return Optional.of(lead);
    }

    /** Which take-over of this database this is; every one has a higher number than all before. */
    public long epoch() {
        return epoch;
    }

    /** The server's process that holds the lock. */
    int backend() {
        return backend;
    }

    /** What was true at the last heartbeat. */
    public synchronized boolean held() {
        return held;
    }

    /** Asks the server whether the lead is still held, and so tells it that somebody is there; once lost, it stays lost. */
    public synchronized boolean beat() {
        if (!held) {
            return false;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT pg_backend_pid() = ? AND EXISTS (
                    SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_backend_pid()
                      AND (classid::bigint << 32 | objid::bigint) = ?)
                """)) {
            statement.setInt(1, backend);
            statement.setLong(2, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                held = row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            log.debug("heartbeat failed", e);
            held = false;
        }
        if (!held) {
            abandon();
        }
        return held;
    }

    /** Lets another have it. A connection of its own goes back as it was. */
    @Override
    public synchronized void close() {
        if (!held) {
            return;
        }
        held = false;
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_advisory_unlock(?)")) {
            statement.setLong(1, LOCK);
            statement.execute();
            if (dedicated) {
                statement.execute("RESET idle_session_timeout");
                connection.setNetworkTimeout(SAME_THREAD, usualTimeout);
                connection.close();
            }
        } catch (SQLException e) {
            log.debug("the lead was not given back in order", e);
            abandon();
        }
    }

    /** A pool must not keep a session that may still hold the lock. */
    private void abandon() {
        try {
            connection.abort(SAME_THREAD);
            connection.close();
        } catch (SQLException e) {
            log.debug("the lead's connection did not end cleanly", e);
        }
    }

    private void limitSilence() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = '" + SILENCE_SECONDS + "s'");
        }
    }

    /** Whoever was checking has lost the lead: its session would hold rows and locks until it wakes up. */
    private void endEarlierChecks() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT pg_terminate_backend(pid)
                FROM pg_locks
                WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid <> pg_backend_pid()
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND (classid::bigint << 32 | objid::bigint) = ?
                """)) {
            statement.setLong(1, FENCE);
            statement.execute();
        } catch (SQLException e) {
            if (!"42501".equals(e.getSQLState())) {
                throw e;
            }
            log.debug("a check of another user is waited for", e);
        }
    }

    private void raiseEpoch() throws SQLException {
        connection.setAutoCommit(false);
        try (PreparedStatement wait = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)");
                Statement raise = connection.createStatement()) {
            raise.execute("SET LOCAL lock_timeout = '8s'");
            wait.setLong(1, FENCE);
            wait.execute();
            try (ResultSet row = raise.executeQuery(
                    """
                    INSERT INTO drift_monitor_state AS s (key, value) VALUES ('leader', '{"epoch": 1}')
                    ON CONFLICT (key) DO UPDATE
                    SET value = jsonb_build_object('epoch', (s.value ->> 'epoch')::bigint + 1), updated_at = now()
                    RETURNING (value ->> 'epoch')::bigint
                    """)) {
                row.next();
                epoch = row.getLong(1);
            }
            connection.commit();
        }
        connection.setAutoCommit(true);
    }

    /** Refuses a transaction of one who leads no more; whoever calls holds the fence. */
    static void requireEpoch(Connection connection, long mine) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT (value ->> 'epoch')::bigint FROM drift_monitor_state WHERE key = 'leader'")) {
            long now = row.next() ? row.getLong(1) : 0;
            if (now != mine) {
                throw new LeadLostException("another monitor has taken the lead (take-over " + now + ", this one's was "
                        + mine + "): nothing was written");
            }
        }
    }

    /**
     * Refuses a way to the database on which sessions are shared, where a lock would stay behind on somebody else's.
     *
     * @throws SQLException 0A000 if two connections are one session of the server
     */
    public static void requireOwnSessions(DataSource source) throws SQLException {
        try (Connection one = source.getConnection();
                Connection other = source.getConnection()) {
            int first = backendOf(one);
            other.setAutoCommit(false);
            int second = backendOf(other);
            boolean shared = first == second || first != backendOf(one);
            other.rollback();
            if (shared) {
                throw sharedSessions();
            }
        }
    }

    static SQLException sharedSessions() {
        return new SQLException(
                "connections share sessions of the server, as behind PgBouncer in transaction mode, where no monitor can"
                        + " hold the lead: connect to PostgreSQL directly, or through session pooling",
                "0A000");
    }

    static int backendOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
