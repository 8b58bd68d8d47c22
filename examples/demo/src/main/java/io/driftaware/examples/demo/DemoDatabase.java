package io.driftaware.examples.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One database per scenario. When all its traffic is stored, a comment on the database says since when; one without that
 * comment was interrupted, and is made anew.
 */
final class DemoDatabase {
    private static final String OWNER = "postgres";
    private static final String COMPLETE = "drift demo, logged at ";

    private final EmbeddedPostgres server;
    private final String name;

    DemoDatabase(EmbeddedPostgres server, Scenario scenario) {
        this.server = server;
        this.name = "demo_" + scenario;
    }

    DataSource dataSource() {
        return server.getDatabase(OWNER, name);
    }

    /** As psql takes it. */
    String url() {
        return "postgresql://" + OWNER + "@localhost:" + server.getPort() + "/" + name;
    }

    String serverVersion() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion().split(" ")[0];
        }
    }

    /** When the traffic was logged, if it is there. */
    Optional<Instant> loggedAt() throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                PreparedStatement query = connection.prepareStatement(
                        """
                        SELECT shobj_description(oid, 'pg_database')
                        FROM pg_database
                        WHERE datname = ?
                        """)) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                String comment = row.next() ? row.getString(1) : null;
                return comment == null || !comment.startsWith(COMPLETE)
                        ? Optional.empty()
                        : Optional.of(Instant.parse(comment.substring(COMPLETE.length())));
            }
        }
    }

    /** An empty database, whatever was there. */
    void create() throws SQLException {
        execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        execute("CREATE DATABASE " + name);
    }

    void markLogged(Instant at) throws SQLException {
        execute("COMMENT ON DATABASE " + name + " IS '" + COMPLETE + at + "'");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
