package io.driftaware.testdb;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The project's {@code setup_database.sql}, packaged from the one file at the root. */
final class SetupScript {
    private static final String RESOURCE = "setup_database.sql";

    private SetupScript() {}

    static String text() {
        try (InputStream in = SetupScript.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path: build dev/test-database again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the whole text as one JDBC statement, as the monitor's init-db does. */
    static void run(Connection connection, int dimension, VectorKind kind, String partition) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET drift.embedding_dim = '" + dimension + "'");
            statement.execute("SET drift.pgvector = '" + kind.setting() + "'");
            statement.execute("SET drift.partition = '" + partition + "'");
            statement.execute(text());
        }
    }
}
