package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for one check, or for a command that changes what checks read: nobody else is at work meanwhile.
 *
 * <p>That is a session-level advisory lock on the very connection that writes, so one whose session has died can no longer
 * write. Who is to check is another question: that is the {@link Lead}'s.
 */
public final class CheckSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CheckSession.class);

    /** Any number will do, as long as every monitor of a database uses the same. */
    private static final long WORK_LOCK = 0x4472_6966_7457_6F72L;

    /** A server that says nothing for this long is given up; a COPY of any size says something all the time. */
    private static final int SILENCE_LIMIT_MILLIS = 300_000;

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final Executor SAME_THREAD = Runnable::run;

    private final Connection connection;
    private final int usualTimeout;
    private boolean readOnly;
    private boolean works;
    private boolean fenced;
    private @Nullable Lead lead;
    private @Nullable Lead ownLead;

    private CheckSession(Connection connection) throws SQLException {
        this.connection = connection;
        this.usualTimeout = limitSilence(connection);
    }

    /** Returns the time-out that was set before; one that the caller has set stands. */
    static int limitSilence(Connection connection) throws SQLException {
        int usualTimeout = connection.getNetworkTimeout();
        if (usualTimeout == 0) {
            connection.setNetworkTimeout(SAME_THREAD, SILENCE_LIMIT_MILLIS);
        }
        return usualTimeout;
    }

    static void restoreTimeout(Connection connection, int usualTimeout) throws SQLException {
        connection.setNetworkTimeout(SAME_THREAD, usualTimeout);
    }

    /** To compile a statement of a check takes longer than to run it. */
    static final String INTERPRETED = "SET LOCAL jit = off";

    private static final String READING = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; " + INTERPRETED;
    private static final String WRITING = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; " + INTERPRETED;

    /** Work within a transaction. */
    public interface Work<T> {
        /** Does it. */
        T on(Connection connection) throws SQLException;
    }

    /** Takes a connection of the data source. */
    public static CheckSession open(DataSource dataSource) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            return new CheckSession(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Asks to be the only one at work, without waiting; until close. */
    public boolean claim() throws SQLException {
        connection.setAutoCommit(true);
        works = lockCall("SELECT pg_try_advisory_lock(?)", WORK_LOCK);
        return works;
    }

    /** Lets others work; {@link #claim()} asks again. */
    public void release() throws SQLException {
        if (works) {
            works = !lockCall("SELECT pg_advisory_unlock(?)", WORK_LOCK);
        }
    }

    /**
     * The same for a check: from now on every transaction that writes needs the lead as it is now.
     *
     * @param patience how long to wait for a command that is at work; a check stands in line, so that none comes before it
     * @throws SQLException 0A000 if this connection and the lead's are one session of the server
     */
    public boolean claim(Lead current, Duration patience) throws SQLException {
        if (current != ownLead && Lead.backendOf(connection) == current.backend()) {
            throw Lead.sharedSessions();
        }
        lead = current;
        if (!claim() && !claimWithin(patience)) {
            return false;
        }
        fenced = lockCall("SELECT pg_try_advisory_lock_shared(?)", Lead.FENCE);
        return fenced;
    }

    private boolean claimWithin(Duration patience) throws SQLException {
        if (patience.isZero()) {
            return false;
        }
        try {
            works = transaction("SET LOCAL lock_timeout = " + patience.toMillis(), waiting -> {
                try (PreparedStatement statement = waiting.prepareStatement("SELECT pg_advisory_lock(?)")) {
                    statement.setLong(1, WORK_LOCK);
                    return statement.execute();
                }
            });
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
        }
        return works;
    }

    /** Asks for the lead for this check only, without waiting, on this very connection; empty if another has it. */
    public Optional<Lead> lead() throws SQLException {
        Optional<Lead> taken = Lead.on(connection);
        ownLead = taken.orElse(null);
        return taken;
    }

    /** Lets every statement see what is there at its moment. */
    <T> T each(Work<T> work) throws SQLException {
        return work.on(connection);
    }

    /** Reads one snapshot; nothing can be written in it. */
    public <T> T read(Work<T> work) throws SQLException {
        return transaction(READING, work);
    }

    /** Writes all or nothing. */
    public <T> T write(Work<T> work) throws SQLException {
        return transaction(WRITING, connection -> {
            if (lead != null) {
                Lead.requireEpoch(connection, lead.epoch());
            }
            return work.on(connection);
        });
    }

    @Override
    public void close() throws SQLException {
        boolean clean = false;
        try {
            if (fenced) {
                lockCall("SELECT pg_advisory_unlock_shared(?)", Lead.FENCE);
            }
            if (works) {
                lockCall("SELECT pg_advisory_unlock(?)", WORK_LOCK);
            }
            if (ownLead != null) {
                ownLead.close();
            }
            restoreTimeout(connection, usualTimeout);
            clean = !readOnly;
        } catch (SQLException e) {
            // The check's own outcome stands.
            log.debug("the check's connection did not end cleanly", e);
        } finally {
            if (!clean) {
                // A pool must not keep a session that may still hold a lock, nor one that was opened while the database
                // took no writes and keeps to that.
                connection.abort(SAME_THREAD);
            }
            connection.close();
        }
    }

    private <T> T transaction(String mode, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(mode);
            }
            T result = work.on(connection);
            connection.commit();
            connection.setAutoCommit(true);
            done = true;
            return result;
        } catch (SQLException e) {
            readOnly |= "25006".equals(e.getSQLState());
            throw e;
        } finally {
            if (!done) {
                rollbackQuietly();
            }
        }
    }

    /** The failure that led here matters more than one of the rollback. */
    private void rollbackQuietly() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            log.debug("rollback failed", e);
        }
    }

    private boolean lockCall(String sql, long lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, lock);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
