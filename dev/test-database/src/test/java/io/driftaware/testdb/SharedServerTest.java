package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class SharedServerTest {
    private static OwnServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = OwnServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_variable_wins_over_the_state_file() throws IOException {
        Path file = Files.writeString(folder.resolve("url"), "postgresql://nobody@127.0.0.1:1/none");
        assertThat(SharedServer.resolve(server.url(), file).address().port()).isEqualTo(server.port());
    }

    @Test
    void the_state_file_names_a_server_that_runs() throws IOException {
        Path file = Files.writeString(folder.resolve("url"), server.url() + "\n");
        assertThat(SharedServer.resolve(null, file).address().port()).isEqualTo(server.port());
    }

    @Test
    void a_stale_state_file_is_passed_over() throws IOException {
        Path file = Files.writeString(folder.resolve("url"), "postgresql://nobody@127.0.0.1:1/none");
        SharedServer found = SharedServer.resolve(" ", file);
        assertThat(found.address().port()).isNotIn(1, server.port());
    }

    @Test
    void a_variable_that_names_no_server_is_an_error_and_no_reason_to_take_another() {
        assertThatThrownBy(() -> SharedServer.resolve("postgres://me:hidden@127.0.0.1:1/none", folder.resolve("url")))
                .hasMessageContaining("DRIFT_TEST_DATABASE_URL: no connection to me@127.0.0.1:1/none")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void a_user_who_may_not_create_databases_is_told_so() throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE small LOGIN");
        }
        String url = "postgres://small@127.0.0.1:" + server.port() + "/postgres";
        assertThatThrownBy(() -> SharedServer.resolve(url, folder.resolve("url")))
                .hasMessageContaining("user \"small\" may not create databases: run ALTER ROLE \"small\" CREATEDB");
    }
}
