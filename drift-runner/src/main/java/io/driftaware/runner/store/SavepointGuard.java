package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * Reads behind a savepoint: what fails leaves the transaction as it was. A savepoint that was not needed goes with the
 * transaction: to release it would be a round trip for nothing.
 */
public final class SavepointGuard {
    private SavepointGuard() {}

    /** What is read. */
    public interface Reading<T> {
        /** Reads it. */
        T read() throws SQLException;
    }

    /**
     * Reads.
     *
     * @throws SnapshotLostException if the transaction is lost with it
     */
    public static <T> T isolated(Connection connection, Reading<T> reading) throws SQLException {
        Savepoint start = savepoint(connection);
        try {
            return reading.read();
        } catch (SQLException e) {
            rollback(connection, start, e);
            throw e;
        } catch (RuntimeException e) {
            rollback(connection, start, new SQLException(e.getMessage(), e));
            throw e;
        }
    }

    private static Savepoint savepoint(Connection connection) throws SnapshotLostException {
        try {
            return connection.setSavepoint();
        } catch (SQLException e) {
            throw new SnapshotLostException(e);
        }
    }

    /** A pool may answer for a connection that it has already given up: whether it is closed is asked as well. */
    private static void rollback(Connection connection, Savepoint start, SQLException failure)
            throws SnapshotLostException {
        boolean lost;
        try {
            connection.rollback(start);
            lost = connection.isClosed();
        } catch (SQLException | RuntimeException e) {
            lost = true;
        }
        if (lost) {
            throw new SnapshotLostException(failure);
        }
    }
}
