package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** Reads behind a savepoint: what fails leaves the transaction as it was. */
final class SavepointGuard {
    private SavepointGuard() {}

    interface Reading<T> {
        T read() throws SQLException;
    }

    /** @throws SnapshotLostException if the transaction is lost with it */
    static <T> T isolated(Connection connection, Reading<T> reading) throws SQLException {
        Savepoint start = connection.setSavepoint();
        try {
            T result = reading.read();
            connection.releaseSavepoint(start);
            return result;
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
