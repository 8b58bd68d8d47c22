package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Set-up on a new server of the test's own: no pgvector, no roles of ours, users with few rights. */
@SuppressWarnings("NullAway.Init")
class SmallServerTest {
    private static OwnServer server;

    @BeforeAll
    static void start() {
        server = OwnServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String read(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private static DataSource database(String name) throws SQLException {
        run(server.dataSource(), "CREATE DATABASE " + name);
        return server.address().withDatabase(name).dataSource();
    }

    @Test
    void without_pgvector_the_error_names_both_remedies() throws SQLException {
        DataSource source = database("no_pgvector");
        assertThatThrownBy(() -> run(source, SetupScript.text()))
                .hasMessageContaining(
                        "this PostgreSQL has no extension \"vector\": install pgvector on the server, or go"
                                + " without it: DRIFT_PGVECTOR=off (SET drift.pgvector = 'off')");
    }

    @Test
    void databases_of_one_server_set_up_at_the_same_time_share_the_roles() throws Exception {
        List<DataSource> sources = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sources.add(database("together_" + i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(sources.size());
        try {
            for (int round = 0; round < 3; round++) {
                for (DataSource source : sources) {
                    run(source, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
                }
                run(server.dataSource(), "DROP ROLE IF EXISTS drift_writer, drift_monitor, drift_reader");
                List<Future<?>> runs = new ArrayList<>();
                for (DataSource source : sources) {
                    runs.add(pool.submit(() -> {
                        run(source, "SET drift.pgvector = 'off';" + SetupScript.text());
                        return null;
                    }));
                }
                for (Future<?> run : runs) {
                    run.get();
                }
                for (DataSource source : sources) {
                    assertThat(read(source, "SELECT has_table_privilege('drift_writer', 'feedback_log', 'INSERT')"))
                            .isEqualTo("t");
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void a_user_who_may_create_tables_only_sets_up_without_the_roles() throws SQLException {
        try (OwnServer fresh = OwnServer.start()) {
            run(fresh.dataSource(), "CREATE ROLE plain LOGIN; CREATE SCHEMA plain AUTHORIZATION plain");
            run(
                    fresh.dataSource(),
                    "SET ROLE plain; SET search_path = plain; SET drift.pgvector = 'off';" + SetupScript.text()
                            + SetupScript.text());
            run(
                    fresh.dataSource(),
                    "SET ROLE plain; SET search_path = plain; SET drift.partition = 'day';" + SetupScript.text());
            assertThat(read(fresh.dataSource(), "SELECT plain.drift_maintain_partitions(5)"))
                    .isEqualTo("6");
            run(fresh.dataSource(), "SET ROLE plain; SET search_path = plain; SELECT cleanup_old_interactions(0)");
            assertThat(read(fresh.dataSource(), "SELECT count(*) FROM pg_roles WHERE rolname ~ '^drift_'"))
                    .isEqualTo("0");
            assertThat(read(fresh.dataSource(), "SELECT count(*) FROM plain.drift_schema"))
                    .isEqualTo("1");
        }
    }

    @Test
    void a_user_who_may_not_create_tables_is_told_what_to_grant() throws SQLException {
        run(server.dataSource(), "CREATE ROLE guest; CREATE SCHEMA shown; GRANT USAGE ON SCHEMA shown TO guest");
        assertThatThrownBy(
                        () -> run(server.dataSource(), "SET search_path = shown; SET ROLE guest;" + SetupScript.text()))
                .hasMessageContaining("user \"guest\" may not create tables in schema \"shown\":"
                        + " GRANT CREATE ON SCHEMA shown TO guest");
    }
}
