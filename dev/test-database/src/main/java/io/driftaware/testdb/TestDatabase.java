package io.driftaware.testdb;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database of a test class's own, made before its tests under a random name and dropped after them.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase db = TestDatabase.withSchema(384);
 * }</pre>
 *
 * The field has to be static. Which server it lives on is said in the project's README ("Tests"). Outside JUnit,
 * {@link #open()} and {@link #close()} do the same. A test that needs pgvector and has none is skipped, or fails when
 * {@code DRIFT_TEST_PGVECTOR=required}.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TestDatabase.class);
    private static final int NO_SCHEMA = 0;

    private final int dimension;
    private final @Nullable VectorKind wanted;
    private final String partition;
    private final String name = "drift_test_" + UUID.randomUUID().toString().replace("-", "");
    private String testedBy = "a test";
    private @Nullable SharedServer server;
    private @Nullable HikariDataSource pool;

    private TestDatabase(int dimension, @Nullable VectorKind wanted, String partition) {
        this.dimension = dimension;
        this.wanted = wanted;
        this.partition = partition;
    }

    /** With the schema; {@code vector} columns where the server has pgvector, else {@code real[]}. */
    public static TestDatabase withSchema(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension " + dimension + " is not positive");
        }
        return new TestDatabase(dimension, null, "none");
    }

    /** Without any table. */
    public static TestDatabase empty() {
        return new TestDatabase(NO_SCHEMA, null, "none");
    }

    /** The same, with embedding columns of this kind. */
    public TestDatabase vectorKind(VectorKind kind) {
        return new TestDatabase(dimension, kind, partition);
    }

    /** The same, with its logs in partitions of a {@code day}, a {@code week} or a {@code month}. */
    public TestDatabase partitioned(String unit) {
        return new TestDatabase(dimension, wanted, unit);
    }

    /** The same, on a server with pgvector only. */
    public TestDatabase pgvectorRequired() {
        return vectorKind(VectorKind.VECTOR);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        testedBy = context.getDisplayName();
        open();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Creates the database. */
    public TestDatabase open() {
        SharedServer found = SharedServer.get();
        if (wanted == VectorKind.VECTOR && !found.pgvector()) {
            String missing =
                    "needs pgvector, which the server at " + found.address() + " has not: run dev/postgres start";
            if ("required".equals(System.getenv("DRIFT_TEST_PGVECTOR"))) {
                throw new IllegalStateException("DRIFT_TEST_PGVECTOR=required: " + missing);
            }
            LOG.warn("SKIPPED: {} {}", testedBy, missing);
            Assumptions.abort(missing);
        }
        administer(found, "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
        server = found;
        if (dimension != NO_SCHEMA) {
            setUp(dimension, vectorKind());
        }
        return this;
    }

    /** Creates the database for as long as this JVM lives: an original for {@link #become}. */
    public TestDatabase openUntilExit() {
        open();
        if (!server().ours()) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "drop-" + name));
        }
        return this;
    }

    /** Becomes a copy of another one, to which nobody may be connected; connections to this one are cut. */
    public void become(TestDatabase original) {
        endPooledConnections();
        original.endPooledConnections();
        administer(server(), "DROP DATABASE " + name + " WITH (FORCE)");
        administer(server(), "CREATE DATABASE " + name + " TEMPLATE " + original.name);
    }

    /** Drops the database, even with connections open. */
    @Override
    public void close() {
        closePool();
        if (server != null) {
            administer(server, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            server = null;
        }
    }

    private static void administer(SharedServer server, String sql) {
        try (Connection connection = server.address().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + ": " + e.getMessage(), e);
        }
    }

    private SharedServer server() {
        if (server == null) {
            throw new IllegalStateException(
                    "the test database is not open: is the field static and annotated with @RegisterExtension?");
        }
        return server;
    }

    private ServerAddress address() {
        return server().address().withDatabase(name);
    }

    /** A source of connections; each call opens a new one. */
    public DataSource dataSource() {
        return address().dataSource();
    }

    /**
     * A source that lends the same few connections again and again, as an application's pool does. A new one costs the server
     * more than most statements: it has to read its catalogue anew. HikariCP has to be among the test's dependencies.
     */
    public synchronized DataSource pool() {
        if (pool == null) {
            pool = new HikariDataSource();
            pool.setPoolName(name);
            pool.setDataSource(dataSource());
            pool.setMinimumIdle(0);
        }
        return pool;
    }

    private synchronized void closePool() {
        if (pool != null) {
            pool.close();
            pool = null;
        }
    }

    /** Whoever has the pool goes on with new ones. */
    private synchronized void endPooledConnections() {
        if (pool != null && pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** {@code jdbc:postgresql://host:port/database?user=..}, with the password if there is one. */
    public String jdbcUrl() {
        return address().jdbcUrl();
    }

    /** {@code postgresql://user:password@host:port/database}. */
    public String url() {
        return address().url();
    }

    /** The user that owns the database; a superuser on the embedded server. */
    public String user() {
        return address().user();
    }

    /** The user's password; empty where the server asks for none. */
    public String password() {
        String password = address().password();
        return password == null ? "" : password;
    }

    /** Whether the server has pgvector. */
    public boolean hasPgvector() {
        return server().pgvector();
    }

    /** How the embedding columns are, or would be, stored. */
    public VectorKind vectorKind() {
        if (wanted != null) {
            return wanted;
        }
        return hasPgvector() ? VectorKind.VECTOR : VectorKind.ARRAY;
    }

    /** Runs setup_database.sql, again if it ran before. */
    public void setUp(int embeddingDimension, VectorKind kind) {
        try (Connection connection = dataSource().getConnection()) {
            SetupScript.run(connection, embeddingDimension, kind, partition);
        } catch (SQLException e) {
            throw new IllegalStateException("setup_database.sql: " + e.getMessage(), e);
        }
    }

    /** Runs one or more statements, separated by semicolons. */
    public void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    /** The first column of the first row as a number; the query may follow other statements, such as SET. */
    public long count(String sql) {
        String value = value(sql);
        if (value == null) {
            throw new IllegalStateException("no value from: " + sql);
        }
        return Long.parseLong(value);
    }

    /** The first column of the first row as text; null if it is NULL or there is no row. See {@link #count}. */
    public @Nullable String value(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            boolean hasRows = statement.execute(sql);
            while (!hasRows && statement.getUpdateCount() >= 0) {
                hasRows = statement.getMoreResults();
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows != null && rows.next() ? rows.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    /**
     * Empties every table but drift_schema and starts ids at 1 again. An answer that the test before did not wait for may still be
     * read, in another order of tables: it is let through.
     */
    public void reset() {
        execute(
                """
                DO $$
                BEGIN
                    FOR attempt IN 1..5 LOOP
                        BEGIN
                            EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('%I', tablename), ', ')
                                            || ' RESTART IDENTITY CASCADE'
                                     FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'drift_schema');
                            EXIT;
                        EXCEPTION WHEN deadlock_detected THEN
                            IF attempt = 5 THEN
                                RAISE;
                            END IF;
                        END;
                    END LOOP;
                END
                $$
                """);
    }
}
