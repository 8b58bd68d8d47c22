package io.driftaware.testdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server that the test databases of this JVM live on: {@code DRIFT_TEST_DATABASE_URL} if set, else the one that
 * {@code dev/postgres} runs, else an embedded one, started at the first use and stopped at exit. Never a server that
 * merely happens to be there.
 *
 * @param ours whether it ends with this JVM, with all that is on it
 */
record SharedServer(ServerAddress address, boolean pgvector, boolean ours) {
    static final String URL_VARIABLE = "DRIFT_TEST_DATABASE_URL";

    private static final Logger LOG = LoggerFactory.getLogger(SharedServer.class);

    static SharedServer get() {
        return Holder.SERVER;
    }

    private static final class Holder {
        private static final SharedServer SERVER = resolve(System.getenv(URL_VARIABLE), stateFile());
    }

    /** Of the server that {@code dev/postgres} runs for this JVM, one of several that share a module's tests. */
    private static Path stateFile() {
        Path folder = ProjectRoot.find().resolve(".drift/postgres");
        Path own = folder.resolve("url-" + System.getProperty("drift.test.fork", "1"));
        return Files.exists(own) ? own : folder.resolve("url");
    }

    static SharedServer resolve(@Nullable String variable, Path stateFile) {
        if (variable != null && !variable.isBlank()) {
            return connect(URL_VARIABLE, ServerAddress.parse(URL_VARIABLE, variable), false);
        }
        if (Files.isReadable(stateFile)) {
            ServerAddress address = ServerAddress.parse(stateFile.toString(), read(stateFile));
            if (answers(address)) {
                return connect("dev/postgres", address, false);
            }
            LOG.warn("{} names a server that does not answer; run dev/postgres start. Going on embedded.", stateFile);
        }
        OwnServer embedded = OwnServer.start();
        return connect("the embedded server", embedded.address(), true);
    }

    private static SharedServer connect(String origin, ServerAddress address, boolean ours) {
        String sql =
                """
                SELECT current_setting('server_version') AS version,
                       (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS creates,
                       EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') AS pgvector
                """;
        try (Connection connection = address.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            if (!row.getBoolean("creates")) {
                throw new IllegalStateException(origin + ": user \"" + address.user()
                        + "\" may not create databases: run ALTER ROLE \"" + address.user()
                        + "\" CREATEDB, or name another user");
            }
            boolean pgvector = row.getBoolean("pgvector");
            LOG.info(
                    "tests use {}: PostgreSQL {} {} pgvector",
                    origin,
                    row.getString("version"),
                    pgvector ? "with" : "without");
            return new SharedServer(address, pgvector, ours);
        } catch (SQLException e) {
            throw new IllegalStateException(origin + ": no connection to " + address + ": " + e.getMessage(), e);
        }
    }

    private static boolean answers(ServerAddress address) {
        PGSimpleDataSource source = address.dataSource();
        source.setConnectTimeout(5);
        source.setLoginTimeout(10);
        try (Connection connection = source.getConnection()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
