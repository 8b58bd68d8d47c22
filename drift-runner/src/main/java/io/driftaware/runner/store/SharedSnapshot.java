package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The snapshot of a check's connection, so that a second connection can read the very same rows beside it. */
final class SharedSnapshot {
    private final DataSource dataSource;
    private final String id;

    private SharedSnapshot(DataSource dataSource, String id) {
        this.dataSource = dataSource;
        this.id = id;
    }

    /**
     * Shares the snapshot of the transaction that {@code connection} is in; no savepoint may be set yet.
     *
     * @return null on a standby server, which shares none
     */
    static @Nullable SharedSnapshot of(Connection connection, DataSource dataSource) throws SQLException {
        String sql = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_export_snapshot() END";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            String id = row.getString(1);
            return id == null ? null : new SharedSnapshot(dataSource, id);
        }
    }

    /** Work on a second connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Takes a connection, reads the snapshot on it, and gives it back as it was. May wait for a pool.
     *
     * @throws SQLException also if the first connection's transaction is over, or if the second connection leads to
     *     another server
     */
    <T> T read(Work<T> work) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            int usualTimeout = CheckSession.limitSilence(connection);
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            try {
                statement.execute("SET TRANSACTION SNAPSHOT " + SqlLiteral.text(id) + "; " + CheckSession.INTERPRETED);
                return work.on(connection);
            } finally {
                statement.execute("ROLLBACK");
                CheckSession.restoreTimeout(connection, usualTimeout);
            }
        }
    }
}
