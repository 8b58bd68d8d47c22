package io.driftaware.runner.cli;

import io.driftaware.runner.Backtest;
import io.driftaware.runner.BacktestReport;
import io.driftaware.runner.BacktestText;
import io.driftaware.runner.Detection;
import io.driftaware.runner.MonitorConfig;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "backtest",
        mixinStandardHelpOptions = true,
        description = "What would have fired in a stretch of the past, when, why, and what it would have done: with the"
                + " settings in use, with others, and by the classic rule. Changes nothing.")
final class BacktestCommand implements Callable<Integer> {
    private static final String CLASSIC = "the classic rule";

    private final Session session;
    private final InstantSource clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            required = true,
            converter = CheckCommand.InstantConverter.class,
            description = "Where it begins, such as 2026-10-01T00:00:00Z.")
    private @Nullable Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            converter = CheckCommand.InstantConverter.class,
            description = "Where it ends; now unless given.")
    private @Nullable Instant to;

    @Option(
            names = "--with",
            paramLabel = "NAME=VALUE[,..]",
            description =
                    "Other settings to replay with, such as REFUSAL_RATE_THRESHOLD=0.1,DRIFT_FALSE_ALARM_DAYS=365;"
                            + " may be repeated.")
    private List<String> others = List.of();

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    BacktestCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        BacktestReport report =
                backtest(Databases.withSchema(config, "backtest")).run(settings(config));
        session.out().print(json ? report.toJson() + "\n" : BacktestText.of(report));
        session.out().flush();
        return ExitCode.OK;
    }

    private Backtest backtest(DataSource database) {
        Instant begin = from == null ? Instant.MIN : from;
        Instant end = to == null ? clock.instant() : to;
        if (!begin.isBefore(end)) {
            throw misused("--from " + begin + " is not before --to " + end);
        }
        return new Backtest(database, begin, end);
    }

    private Map<String, MonitorConfig> settings(MonitorConfig config) {
        Map<String, MonitorConfig> settings = new LinkedHashMap<>();
        settings.put("the settings in use", config);
        for (String other : others) {
            settings.put(other, session.config(pairs(other)));
        }
        if (config.detection() != Detection.THRESHOLD) {
            settings.put(CLASSIC, session.config(Map.of("DRIFT_DETECTION", "threshold")));
        }
        return settings;
    }

    private Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw misused("--with takes NAME=VALUE, such as --with REFUSAL_RATE_THRESHOLD=0.1, not '" + pair + "'");
            }
            pairs.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        return pairs;
    }

    private ParameterException misused(String message) {
        if (spec == null) {
            throw new IllegalStateException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
