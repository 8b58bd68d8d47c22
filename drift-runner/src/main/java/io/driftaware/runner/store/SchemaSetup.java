package io.driftaware.runner.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Runs the packaged {@code setup_database.sql}: creates the schema, or brings it up to date. */
public final class SchemaSetup {
    private SchemaSetup() {}

    /**
     * Runs the script; safe to repeat, rows are kept.
     *
     * @param embeddingDim dimensions of {@code documents.embedding}; an error if the table has another
     * @param pgvector whether a schema that is created uses the extension; one that exists stays as it is
     * @return what the script warns of, one line each; what it left undone is done the next time
     */
    public static List<String> run(DataSource dataSource, int embeddingDim, boolean pgvector) throws SQLException {
        return run(dataSource, embeddingDim, pgvector, "none");
    }

    /**
     * The same, with the logs in partitions.
     *
     * @param partition of a {@code day}, a {@code week} or a {@code month}; {@code none} leaves the logs as they are
     */
    public static List<String> run(DataSource dataSource, int embeddingDim, boolean pgvector, String partition)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(true);
            setting(connection, "drift.embedding_dim", Integer.toString(embeddingDim));
            setting(connection, "drift.pgvector", pgvector ? "on" : "off");
            setting(connection, "drift.partition", partition);
            boolean done = false;
            try (Statement statement = connection.createStatement()) {
                statement.execute(script());
                done = true;
                return warnings(statement);
            } finally {
                leave(connection, done);
            }
        }
    }

    /** Warnings without notices, such as that of a role that may not be created. */
    private static List<String> warnings(Statement statement) throws SQLException {
        List<String> warnings = new ArrayList<>();
        for (SQLWarning one = statement.getWarnings(); one != null; one = one.getNextWarning()) {
            if (one.getSQLState().startsWith("01")) {
                warnings.add(one.getMessage());
            }
        }
        return warnings;
    }

    /** The script's text. */
    public static String script() {
        try (InputStream script = SchemaSetup.class.getResourceAsStream("setup_database.sql")) {
            if (script == null) {
                throw new IllegalStateException("setup_database.sql is not packaged with the runner: rebuild it");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void setting(Connection connection, String name, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
            statement.setString(1, name);
            statement.setString(2, value);
            statement.execute();
        }
    }

    /** Leaves nothing behind in a pooled connection: neither the script's open transaction nor its settings. */
    private static void leave(Connection connection, boolean done) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!done) {
                statement.execute("ROLLBACK");
            }
            statement.execute("RESET drift.embedding_dim");
            statement.execute("RESET drift.pgvector");
            statement.execute("RESET drift.partition");
        } catch (SQLException e) {
            if (done) {
                throw e;
            }
        }
    }
}
