package io.driftaware.runner.cli;

import io.driftaware.runner.ConfigException;
import io.driftaware.runner.DriftMonitorException;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.RolledUpStretchException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One call of the program: its surroundings, its settings, and how errors end it. */
final class Session {
    private final Map<String, String> environment;
    private final Path dotEnv;
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable CommandLine line;
    private boolean showStackTraces;

    Session(Map<String, String> environment, Path dotEnv, PrintWriter out, PrintWriter err) {
        this.environment = Map.copyOf(environment);
        this.dotEnv = dotEnv;
        this.out = out;
        this.err = err;
    }

    PrintWriter out() {
        return out;
    }

    /** Runs the command that {@code args} name and returns the exit code. */
    int execute(String... args) {
        CommandLine root = new CommandLine(new RootCommand(this));
        root.addSubcommand(new RunCommand(this));
        root.addSubcommand(new CheckCommand(this));
        root.addSubcommand(new InitDbCommand(this));
        root.addSubcommand(new BaselineCommand(this, InstantSource.system()));
        root.addSubcommand(new BackfillCommand(this, InstantSource.system()));
        root.addSubcommand(new BacktestCommand(this, InstantSource.system()));
        root.addSubcommand(new ReportCommand(this, InstantSource.system()));
        root.addSubcommand(new ActionsCommand(this, InstantSource.system()));
        root.addSubcommand(new ReindexCommand(this, InstantSource.system()));
        root.addSubcommand(new RetrainCommand(this, InstantSource.system()));
        root.addSubcommand(new EraseUserCommand(this));
        root.addSubcommand(new DoctorCommand(this));
        root.addSubcommand(new HealthCommand(this));
        SettingOptions.addTo(root.getCommandSpec(), true);
        root.getSubcommands().values().forEach(sub -> SettingOptions.addTo(sub.getCommandSpec(), false));
        root.setOut(out);
        root.setErr(err);
        root.setUsageHelpLongOptionsMaxWidth(36);
        root.setExecutionStrategy(parsed -> {
            RootCommand.refuseMisplacedOptions(parsed);
            return new CommandLine.RunLast().execute(parsed);
        });
        root.setParameterExceptionHandler((e, arguments) -> usage(e));
        root.setExecutionExceptionHandler((e, command, parsed) -> failure(e));
        line = root;
        return root.execute(args);
    }

    /** The settings of this call; from here on the log has its level. */
    MonitorConfig config() {
        return config(Map.of());
    }

    /** The same with others over those of the command line. */
    MonitorConfig config(Map<String, String> others) {
        if (line == null) {
            throw new IllegalStateException("settings are known only while a command runs");
        }
        ParseResult parsed = line.getParseResult();
        String named = SettingOptions.envFile(parsed);
        if (named != null && !Files.isRegularFile(Path.of(named))) {
            throw new ParameterException(line, "--env-file " + named + ": there is no such file; name one that exists");
        }
        Path file = named == null ? dotEnv : Path.of(named);
        Map<String, String> given = new LinkedHashMap<>(SettingOptions.given(parsed));
        given.putAll(others);
        MonitorConfig config = MonitorConfig.fromSources(given, environment, file);
        showStackTraces = config.logLevel() == Level.DEBUG;
        LogSetup.apply(config.logLevel());
        Logger log = LoggerFactory.getLogger(Session.class);
        config.notes().forEach(log::warn);
        return config;
    }

    private int usage(ParameterException e) {
        err.println(oneLine("drift-runner: " + said(e) + " (--help shows the commands and options)"));
        return ExitCode.USAGE;
    }

    private static String said(ParameterException e) {
        String message = String.valueOf(e.getMessage());
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return message;
        }
        boolean command = !unmatched.isUnknownOption()
                && !e.getCommandLine().getSubcommands().isEmpty();
        return (command ? "'" + unmatched.getUnmatched().get(0) + "' is no command" : message)
                + unmatched.getSuggestions().stream()
                        .findFirst()
                        .map(nearest -> "; did you mean " + nearest + "?")
                        .orElse("");
    }

    private int failure(Exception e) {
        if (e instanceof ConfigException config) {
            config.problems().forEach(problem -> err.println(oneLine("drift-runner: " + problem)));
        } else if (e instanceof CommandFailed
                || e instanceof DriftMonitorException
                || e instanceof RolledUpStretchException) {
            err.println(oneLine("drift-runner: " + e.getMessage()));
        } else {
            err.println(oneLine("drift-runner: unexpected " + e + "; LOG_LEVEL=DEBUG shows where it comes from"));
        }
        if (showStackTraces) {
            e.printStackTrace(err);
        }
        err.flush();
        return e instanceof ConfigException || e instanceof RolledUpStretchException
                ? ExitCode.USAGE
                : ExitCode.FAILURE;
    }

    private static String oneLine(String text) {
        return String.join(" | ", text.strip().lines().map(String::strip).toList());
    }
}
