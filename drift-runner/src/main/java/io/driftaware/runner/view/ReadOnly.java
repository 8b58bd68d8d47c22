package io.driftaware.runner.view;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** One read-only snapshot with limits: no statement, lock or silent server keeps a page waiting for long. */
final class ReadOnly {
    /** A page that takes longer is no use to whoever looks at it. */
    static final int STATEMENT_SECONDS = 5;

    private static final int SILENCE_MILLIS = 12_000;
    private static final Executor SAME_THREAD = Runnable::run;

    private final DataSource dataSource;

    ReadOnly(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    interface Look<T> {
        T at(Connection connection) throws SQLException;
    }

    <T> T look(Look<T> look) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            int usualTimeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(SAME_THREAD, SILENCE_MILLIS);
            connection.setAutoCommit(false);
            try {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                    statement.execute("SET LOCAL statement_timeout = '" + STATEMENT_SECONDS + "s'");
                    statement.execute("SET LOCAL lock_timeout = '2s'");
                }
                return look.at(connection);
            } finally {
                leave(connection, usualTimeout);
            }
        }
    }

    /** Puts a connection of a pool back as it was; one that is broken is the pool's to find out. */
    private static void leave(Connection connection, int usualTimeout) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(SAME_THREAD, usualTimeout);
        } catch (SQLException e) {
            // What was looked at, or why that failed, is the outcome.
        }
    }
}
