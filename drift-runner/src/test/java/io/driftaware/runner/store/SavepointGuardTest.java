package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SavepointGuardTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.empty();

    @Test
    void what_fails_leaves_the_transaction_as_it_was() throws SQLException {
        try (Connection connection = begun(db.dataSource())) {
            execute(connection, "CREATE TEMPORARY TABLE kept (n int)");
            assertThatThrownBy(() -> SavepointGuard.isolated(connection, () -> execute(connection, "SELECT 1 / 0")))
                    .isInstanceOf(SQLException.class)
                    .isNotInstanceOf(SnapshotLostException.class);
            assertThat(execute(connection, "SELECT FROM kept")).isTrue();
        }
    }

    @Test
    void a_session_that_ends_is_told_from_a_reading_that_fails() throws SQLException {
        try (Connection connection = begun(db.dataSource())) {
            assertEndOfSessionIsTold(connection);
        }
    }

    @Test
    void so_is_one_that_a_pool_has_given_up() throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(db.dataSource());
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config);
                Connection connection = begun(pool)) {
            assertEndOfSessionIsTold(connection);
        }
    }

    /** With the reason why, also to whoever reads next. */
    private static void assertEndOfSessionIsTold(Connection connection) {
        assertThatThrownBy(() -> SavepointGuard.isolated(
                        connection, () -> execute(connection, "SELECT pg_terminate_backend(pg_backend_pid())")))
                .isInstanceOf(SnapshotLostException.class)
                .hasMessageContaining("terminating connection");
        assertThatThrownBy(() -> SavepointGuard.isolated(connection, () -> execute(connection, "SELECT 1")))
                .isInstanceOf(SnapshotLostException.class);
    }

    private static Connection begun(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }
}
