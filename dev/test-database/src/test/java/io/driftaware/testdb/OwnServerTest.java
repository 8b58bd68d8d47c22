package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class OwnServerTest {
    private static String read(OwnServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void it_stops_dies_and_comes_back_at_the_same_port_with_its_data() throws SQLException {
        OwnServer server = OwnServer.start();
        try (server) {
            int port = server.port();
            try (Connection connection = server.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE kept AS SELECT 7 AS n");
            }

            server.stop();
            assertThatThrownBy(() -> read(server, "SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(read(server, "SELECT n FROM kept")).isEqualTo("7");

            server.kill();
            assertThatThrownBy(() -> read(server, "SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(read(server, "SELECT n FROM kept")).isEqualTo("7");
            assertThat(server.port()).isEqualTo(port);
        }
        assertThatThrownBy(server::restart).hasMessageContaining("was closed");
    }

    @Test
    void it_can_ask_for_a_password() throws SQLException {
        try (OwnServer server = OwnServer.start()) {
            server.requirePassword("it's secret");
            assertThat(read(server, "SELECT 1")).isEqualTo("1");
            assertThat(server.url()).contains("postgres:it%27s%20secret@");
            String wrong = "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=postgres&password=no";
            assertThatThrownBy(() -> DriverManager.getConnection(wrong)).hasMessageContaining("password");
        }
    }
}
