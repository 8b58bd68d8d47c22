package io.driftaware.examples.demo;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "./drift demo",
        sortOptions = false,
        description =
                "Fills a PostgreSQL of its own with two periods of a product assistant's traffic and shows what the "
                        + "monitor finds. A later start finds its data again.",
        footer = "Exit codes with --once: 3 drift, 0 no drift; always: 1 failure, 2 usage.")
final class DemoOptions implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    private final ToIntFunction<DemoOptions> program;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = "drift",
            description = "What the last 7 days are like: drift (default) or baseline.")
    Scenario scenario = Scenario.DRIFT;

    @Option(names = "--once", description = "End after the report.")
    boolean once;

    @Option(names = "--fresh", description = "Delete the data of earlier starts first.")
    boolean fresh;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8000",
            description = "Port of the metrics page, 8000 by default; 0 takes a free one.")
    int port = 8000;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where the database lives, .drift/demo in the project by default.")
    @Nullable
    Path folder;

    /** Interactions of the baseline period. */
    int baselineSize = 2_400;

    /** Interactions of the recent period. */
    int recentSize = 2_000;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DemoOptions(ToIntFunction<DemoOptions> program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (port < 0 || port > MAX_PORT) {
            throw new ParameterException(spec.commandLine(), "--port is " + port + "; give a number from 0 to 65535.");
        }
        return program.applyAsInt(this);
    }

    Path resolvedFolder() {
        Path root = Path.of(System.getProperty("drift.root", ""));
        return (folder == null ? root.resolve(".drift").resolve("demo") : folder)
                .toAbsolutePath()
                .normalize();
    }
}
