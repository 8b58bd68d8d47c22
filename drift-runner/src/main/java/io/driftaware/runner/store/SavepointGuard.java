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
        Savepoint start = connection.setSavepoint();
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

    private static void rollback(Connection connection, Savepoint start, SQLException failure)
            throws SnapshotLostException {
        try {
            connection.rollback(start);
        } catch (SQLException | RuntimeException e) {
            throw new SnapshotLostException(failure);
        }
    }
}
