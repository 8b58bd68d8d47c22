package io.driftaware.testdb;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * An embedded PostgreSQL of a test's own, to be stopped, killed and started again at the same port with the same data.
 * Works as root. Its folder is removed by {@link #close()}, or at exit. Methods are synchronized.
 */
public final class OwnServer implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(60);
    private static final String USER = "postgres";

    private final Path data;
    private final int port;
    private final Thread atExit;
    private @Nullable EmbeddedPostgres running;
    private ServerAddress address;
    private boolean closed;

    private OwnServer(Path data, EmbeddedPostgres running) {
        this.data = data;
        this.running = running;
        this.port = running.getPort();
        this.address = new ServerAddress("127.0.0.1", port, "postgres", USER, null, Map.of());
        this.atExit = new Thread(this::shutDown, "own-postgres-" + port);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a new server without data on a free port of the loopback interface. */
    public static OwnServer start() {
        Path data = newFolder();
        return new OwnServer(data, launch(data, 0));
    }

    private static Path newFolder() {
        // Beside the unpacked binaries, where the library clears away what a killed JVM left behind.
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "embedded-pg",
                UUID.randomUUID().toString());
    }

    private static EmbeddedPostgres launch(Path data, int port) {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(STARTUP)
                    .setLocaleConfig("locale", "C.UTF-8")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .setServerConfig("jit", "off")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded PostgreSQL did not start: " + e.getMessage(), e);
        }
    }

    /** A source of connections, one new one at each call, to the database {@code postgres} as superuser. */
    public synchronized DataSource dataSource() {
        return address.dataSource();
    }

    /** {@code postgresql://user@host:port/postgres}. */
    public synchronized String url() {
        return address.url();
    }

    /** The port, the same over restarts. */
    public int port() {
        return port;
    }

    synchronized ServerAddress address() {
        return address;
    }

    /** From now on every login needs this password; {@link #dataSource()} and {@link #url()} carry it. */
    public synchronized void requirePassword(String password) {
        try (Connection connection = address.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + USER + " PASSWORD '" + password.replace("'", "''") + "'");
            Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the embedded PostgreSQL took no password: " + e.getMessage(), e);
        }
        address = address.withPassword(password);
    }

    /** Stops in order: open connections are cut, nothing that was committed is lost. Does nothing if it is down. */
    public synchronized void stop() {
        if (running != null) {
            release(running);
            running = null;
        }
    }

    /** Kills the server and its processes at once, as a crash would. Does nothing if it is down. */
    public synchronized void kill() {
        if (running == null) {
            return;
        }
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .join();
        stop();
    }

    /** Starts it again after {@link #stop()} or {@link #kill()}; when it runs, stops it first. */
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("this server was closed");
        }
        stop();
        running = launch(data, port);
    }

    /**
     * Starts another server at this port with a copy of the data, as a standby that takes over is one. This one must be down,
     * and stays down.
     */
    public synchronized OwnServer successor(int successorPort) {
        if (running != null || closed) {
            throw new IllegalStateException("a server that runs, or was closed, has no successor: stop it first");
        }
        Path copy = newFolder();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(data.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OwnServer(copy, launch(copy, successorPort));
    }

    /** Runs setup_database.sql with {@code real[]} columns. */
    public synchronized void setUp(int embeddingDimension) {
        try (Connection connection = address.dataSource().getConnection()) {
            SetupScript.run(connection, embeddingDimension, VectorKind.ARRAY, "none");
        } catch (SQLException e) {
            throw new IllegalStateException("setup_database.sql: " + e.getMessage(), e);
        }
    }

    /** Runs one statement. */
    public synchronized void execute(String sql) {
        try (Connection connection = address.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    /** The first column of the first row as a number. */
    public synchronized long count(String sql) {
        try (Connection connection = address.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
            return ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("no process " + pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void release(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the server and removes its folder. */
    @Override
    public synchronized void close() {
        if (!closed) {
            Runtime.getRuntime().removeShutdownHook(atExit);
            shutDown();
        }
    }

    private synchronized void shutDown() {
        closed = true;
        stop();
        if (Files.notExists(data)) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
