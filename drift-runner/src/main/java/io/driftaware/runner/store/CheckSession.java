package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for one check: it holds the lead, reads one snapshot, and writes one decision.
 *
 * <p>The lead is a session-level advisory lock on the very connection that writes, so a check whose session has died
 * can no longer write: whoever leads next is alone.
 */
public final class CheckSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CheckSession.class);

    /** Any number will do, as long as every monitor of a database uses the same. */
    private static final long LEAD_LOCK = 0x4472_6966_7441_7761L;

    /** A server that says nothing for this long is given up; a COPY of any size says something all the time. */
    private static final int SILENCE_LIMIT_MILLIS = 300_000;

    private static final Executor SAME_THREAD = Runnable::run;

    private final Connection connection;
    private final int usualTimeout;
    private boolean leads;

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

    /** Asks for the lead, without waiting; held until close. */
    public boolean lead() throws SQLException {
        connection.setAutoCommit(true);
        leads = lockCall("SELECT pg_try_advisory_lock(?)");
        return leads;
    }

    /** Lets every statement see what is there at its moment. */
    <T> T each(Work<T> work) throws SQLException {
        return work.on(connection);
    }

    /** Reads one snapshot; nothing can be written in it. */
    public <T> T read(Work<T> work) throws SQLException {
        return transaction("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", work);
    }

    /** Writes all or nothing. */
    public <T> T write(Work<T> work) throws SQLException {
        return transaction("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", work);
    }

    @Override
    public void close() throws SQLException {
        boolean clean = false;
        try {
            if (leads) {
                lockCall("SELECT pg_advisory_unlock(?)");
            }
            restoreTimeout(connection, usualTimeout);
            clean = true;
        } catch (SQLException e) {
            // The check's own outcome stands.
            log.debug("the check's connection did not end cleanly", e);
        } finally {
            if (!clean) {
                // A pool must not keep a session that may still hold the lead.
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

    private boolean lockCall(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, LEAD_LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}
