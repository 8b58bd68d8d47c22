package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseErrorsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.empty();

    private interface Attempt {
        void run() throws SQLException;
    }

    private static String explained(Attempt attempt) {
        try {
            attempt.run();
        } catch (SQLException e) {
            String line = DatabaseErrors.explain(e, "");
            assertThat(line).doesNotContain("\n").doesNotContain("Exception");
            return line;
        }
        throw new AssertionError("nothing failed");
    }

    private static String failing(String sql) {
        return explained(() -> {
            try (Connection connection = db.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        });
    }

    private static void connect(String url) throws SQLException {
        DriverManager.getConnection(url).close();
    }

    @Test
    void nobody_listens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(explained(() -> connect("jdbc:postgresql://127.0.0.1:" + port + "/x?user=u&password=hidden")))
                .startsWith("the connection was refused: start PostgreSQL")
                .contains("DATABASE_URL")
                .doesNotContain("hidden");
    }

    @Test
    void the_host_is_unknown() {
        assertThat(explained(() -> connect("jdbc:postgresql://no-such-host.invalid/x?user=u")))
                .isEqualTo("host 'no-such-host.invalid' is unknown: check the host name in DATABASE_URL");
    }

    @Test
    void the_database_is_missing() {
        String url = db.jdbcUrl().replaceAll("drift_test_[0-9a-f]+", "no_such_database");
        assertThat(explained(() -> connect(url))).contains("no_such_database").contains("CREATE DATABASE");
    }

    @Test
    void the_password_is_wrong() {
        assertThat(DatabaseErrors.explain(
                        new SQLException("FATAL: password authentication failed for user \"app\"", "28P01"), "run"))
                .isEqualTo("run: password authentication failed for user \"app\": correct user and password in"
                        + " DATABASE_URL");
    }

    @Test
    void the_schema_is_missing() {
        assertThat(failing("SELECT * FROM embeddings_log"))
                .contains("embeddings_log")
                .contains("run init-db");
    }

    @Test
    void a_right_is_missing() {
        String role = "r" + UUID.randomUUID().toString().replace("-", "");
        db.execute("CREATE TABLE secret (id int); CREATE ROLE " + role);
        try {
            assertThat(failing("SET ROLE " + role + "; SELECT * FROM secret"))
                    .contains("permission denied for table secret")
                    .contains("GRANT drift_monitor");
        } finally {
            db.execute("DROP ROLE " + role);
        }
    }

    @Test
    void the_session_is_read_only() {
        assertThat(failing("BEGIN READ ONLY; CREATE TABLE t (id int)")).contains("connect to the primary");
    }

    @Test
    void a_statement_was_cut_off() {
        assertThat(failing("SET statement_timeout = 20; SELECT pg_sleep(30)")).contains("raise statement_timeout");
    }

    @Test
    void too_many_connections_are_open() {
        assertThat(DatabaseErrors.explain(new SQLException("FATAL: sorry, too many clients already", "53300"), ""))
                .contains("max_connections");
    }

    @Test
    void tls_is_asked_for_where_there_is_none_and_the_reverse() {
        assertThat(explained(() -> connect(db.jdbcUrl() + "&sslmode=require")))
                .contains("does not support SSL")
                .contains("remove sslmode");
        assertThat(DatabaseErrors.explain(
                        new SQLException(
                                "FATAL: no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\", no encryption",
                                "28000"),
                        ""))
                .contains("add sslmode=require");
    }

    @Test
    void a_vector_of_another_dimension() {
        assertThat(DatabaseErrors.explain(new SQLException("ERROR: expected 384 dimensions, not 1536", "22000"), ""))
                .contains("set EMBEDDING_DIM");
    }

    @Test
    void a_pool_hides_nothing() {
        SQLException pooled = new SQLTransientConnectionException(
                "HikariPool-1 - Connection is not available, request timed out after 250ms",
                new SQLException("FATAL: database \"x\" does not exist", "3D000"));
        assertThat(DatabaseErrors.explain(pooled, "")).startsWith("database \"x\" does not exist: create it");
    }

    @Test
    void stored_values_in_details_are_not_shown() {
        assertThat(
                        failing(
                                """
                        CREATE TEMP TABLE u (mail text UNIQUE);
                        INSERT INTO u VALUES ('jane@example.org'), ('jane@example.org')
                        """))
                .contains("duplicate key")
                .contains("23505")
                .doesNotContain("jane");
    }
}
