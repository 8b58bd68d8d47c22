package io.driftaware.examples.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of the demo's own: programs, data and log in one folder, which one process at a time uses. A
 * server that a killed demo left behind is stopped first, so that the next start finds its data again.
 */
final class PostgresFolder implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path data;
    private final Path programs;
    private final Path initialised;
    private final Path log;
    private final FileChannel lockFile;
    private @Nullable EmbeddedPostgres server;

    /** @throws DemoException if another demo uses the folder */
    PostgresFolder(Path folder) {
        data = folder.resolve("data");
        programs = folder.resolve("postgres");
        initialised = folder.resolve("initialised");
        log = folder.resolve("postgres.log");
        try {
            Files.createDirectories(folder);
            lockFile = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLockFree(lockFile)) {
                throw new DemoException("another demo is using " + folder + ": stop it, or give --folder DIR");
            }
        } catch (IOException e) {
            throw new DemoException("cannot use the folder " + folder + " (" + e + "): give --folder DIR");
        }
    }

    private static boolean isLockFree(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Starts the server on a free port.
     *
     * @param fresh whether to delete the data first
     */
    EmbeddedPostgres start(boolean fresh) {
        try {
            stopLeftOver();
            // A folder that initdb did not finish is of no use.
            if (fresh || !Files.exists(initialised)) {
                Files.deleteIfExists(initialised);
                deleteTree(data);
            }
            server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setOverrideWorkingDirectory(programs.toFile())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(PATIENCE)
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("max_connections", "20")
                    .setServerConfig("unix_socket_directories", "")
                    .setOutputRedirector(Redirect.appendTo(log.toFile()))
                    .setErrorRedirector(Redirect.appendTo(log.toFile()))
                    .start();
            if (!Files.exists(initialised)) {
                Files.createFile(initialised);
            }
            return server;
        } catch (IOException | RuntimeException e) {
            throw new DemoException("PostgreSQL did not start (" + lastLogLine().orElse(e.toString()) + "): see " + log
                    + ", or start over with --fresh");
        }
    }

    private Optional<String> lastLogLine() {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).map(String::strip).reduce((first, second) -> second);
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** postmaster.pid may name a server of ours that still runs, or a number that now belongs to anyone. */
    private void stopLeftOver() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> leftOver =
                pid(pidFile).flatMap(ProcessHandle::of).filter(this::isOurs);
        if (leftOver.isPresent()) {
            leftOver.get().destroy();
            awaitExit(leftOver.get());
        }
        Files.deleteIfExists(pidFile);
    }

    private static Optional<Long> pid(Path pidFile) throws IOException {
        List<String> lines = Files.readAllLines(pidFile);
        return lines.isEmpty() || !lines.get(0).strip().matches("\\d{1,18}")
                ? Optional.empty()
                : Optional.of(Long.valueOf(lines.get(0).strip()));
    }

    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).startsWith(realPath(programs)))
                .orElse(false);
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath();
        }
    }

    private static void awaitExit(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    @Override
    public void close() {
        try (lockFile) {
            if (server != null) {
                server.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
