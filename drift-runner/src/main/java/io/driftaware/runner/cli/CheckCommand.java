package io.driftaware.runner.cli;

import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.report.CheckText;
import io.driftaware.runner.report.Terminal;
import io.prometheus.client.CollectorRegistry;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "One check now, or as of another time; prints what it found. Beside a monitor that has the lead, the"
                        + " last one of that monitor. Exit code 3: drift; 4: not enough data, or a stream that has gone silent; 0:"
                        + " fine.")
final class CheckCommand implements Callable<Integer> {
    private static final String ANOTHERS =
            "Another monitor has the lead: its last check. What came since is in its next.";

    private final Session session;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            converter = InstantConverter.class,
            description = "As of this time, such as 2026-11-22T12:00:00Z; reads only: no event, episode or action.")
    private @Nullable Instant at;

    /** Whether the report is of a check that another monitor made. */
    private boolean anothers;

    CheckCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        LogSetup.withoutCheckLines();
        MonitorConfig config = session.config();
        CheckReport report = check(Databases.withSchema(config, "check"), config);
        if (anothers && !json) {
            session.out().println(ANOTHERS);
        }
        session.out().print(json ? report.toJson(anothers) + "\n" : CheckText.of(report, terminal()));
        session.out().flush();
        return ExitCode.of(report);
    }

    /** A file or a pipe takes UTF-8; a terminal says by its locale what it can show. */
    private static Terminal terminal() {
        String encoding = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
        boolean unicode = System.console() == null || encoding.equalsIgnoreCase("UTF-8");
        return new Terminal(CommandLine.Help.Ansi.AUTO.enabled(), unicode);
    }

    private CheckReport check(DataSource database, MonitorConfig config) {
        try (DriftMonitor monitor = DriftMonitor.builder(database)
                .config(config)
                .registry(new CollectorRegistry())
                .build()) {
            if (at != null) {
                return monitor.previewAt(at);
            }
            CheckReport report = monitor.checkOnce();
            anothers = !monitor.health().leads().orElse(true);
            return report;
        }
    }

    /** Takes any offset, as in 2026-11-22T13:00+01:00. */
    static final class InstantConverter implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String value) {
            try {
                return OffsetDateTime.parse(value).toInstant();
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + value + "' is no time; write 2026-11-22T12:00:00Z");
            }
        }
    }
}
