package io.driftaware.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of its own that is gone, with what it started, when it is closed. */
public final class Program implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 300;

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts a program that has exactly this environment.
     *
     * @param output file for both of its outputs
     */
    public static Program start(Path output, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(output.toAbsolutePath().getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        builder.environment().putAll(environment);
        try {
            return new Program(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command that runs the monitor's jar as it is shipped. */
    public static List<String> runner(String... arguments) {
        return java("drift-runner/target/drift-runner-%s-all.jar", arguments);
    }

    /** The command that runs the generator of sample data. */
    public static List<String> sampleData(String... arguments) {
        return java("examples/sample-data/target/drift-example-sample-data-%s-all.jar", arguments);
    }

    private static List<String> java(String jar, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                Project.path(jar.formatted(System.getProperty("drift.version"))).toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What it has written so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGTERM to the program, or to what runs in it if it is one that only starts others. */
    public void terminate() {
        List<ProcessHandle> started = process.descendants()
                .filter(other -> other.children().findAny().isEmpty())
                .toList();
        (started.isEmpty() ? List.of(process.toHandle()) : started).forEach(ProcessHandle::destroy);
    }

    /** Its exit code, when it has ended. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("has not ended within " + PATIENCE_SECONDS + " s:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
