package io.driftaware.testdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** PgBouncer before a test database, in transaction mode: each transaction may get another connection of the server. */
public final class PgBouncer implements AutoCloseable {
    private static final Duration STARTUP = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 10_000_000;

    private final Path folder;
    private final Process process;
    private final PGSimpleDataSource source = new PGSimpleDataSource();

    /** Starts it with so many connections to the server; skips the test where the program is missing. */
    public PgBouncer(TestDatabase db, int serverConnections) throws IOException {
        Path program = Tool.require("pgbouncer", "Debian's package pgbouncer");
        URI server = URI.create(db.url());
        int port = freePort();
        folder = Files.createTempDirectory("drift-pgbouncer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path settings = folder.resolve("pgbouncer.ini");
        Files.writeString(
                settings,
                """
                [databases]
                app = host=%s port=%d dbname=%s user=%s%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                ignore_startup_parameters = extra_float_digits
                """
                        .formatted(
                                server.getHost(),
                                server.getPort() < 0 ? 5432 : server.getPort(),
                                server.getPath().substring(1),
                                db.user(),
                                db.password().isEmpty()
                                        ? ""
                                        : " password='" + db.password().replace("'", "''") + "'",
                                port,
                                serverConnections));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if ("root".equals(System.getProperty("user.name"))) {
            // It refuses to run as root.
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(settings.toString());
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        source.setURL("jdbc:postgresql://127.0.0.1:" + port + "/app?user=app&prepareThreshold=0");
        long deadline = System.nanoTime() + STARTUP.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("PgBouncer does not answer: " + log());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("PgBouncer ended: " + log());
        }
        try (Connection connection = source.getConnection()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A source of connections; each call opens a new one. */
    public DataSource dataSource() {
        return source;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(folder.resolve("log"));
            Files.deleteIfExists(folder.resolve("pgbouncer.ini"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
