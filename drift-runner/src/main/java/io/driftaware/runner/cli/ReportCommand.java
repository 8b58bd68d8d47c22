package io.driftaware.runner.cli;

import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.report.DriftReport;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.view.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description =
                "What drifted, since when, how sure, and what was done, as one HTML file to keep, print or send by"
                        + " mail. Tells what the last check knows; reads only. It holds texts of users unless --no-texts is given.")
final class ReportCommand implements Callable<Integer> {
    private static final String STANDARD_OUTPUT = "-";
    private static final Health NOT_ASKED = new Health(false, false, "not asked", Optional.empty(), Optional.empty());

    private final Session session;
    private final InstantSource clock;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where it is written, over what is there; - for standard output.")
    private String out = STANDARD_OUTPUT;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            converter = CheckCommand.InstantConverter.class,
            description = "Where it begins, such as 2026-10-01T00:00:00Z; 38 days before the end unless given.")
    private @Nullable Instant from;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            converter = CheckCommand.InstantConverter.class,
            description = "Where it ends; now unless given. Before the last check, it looks back: it tells episodes"
                    + " and courses, and no verdicts.")
    private @Nullable Instant to;

    @Option(names = "--no-texts", description = "Withhold texts and names that came from users.")
    private boolean noTexts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ReportCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        OutputFile file = out.equals(STANDARD_OUTPUT) ? null : file();
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = to == null || to.isAfter(now) ? now : to;
        Instant start = from == null ? end.minus(Views.USUAL_LENGTH) : from;
        requireStretch(start, end);
        MonitorConfig config = session.config();
        DriftReport report = read(Databases.withSchema(config, "report"), config, start, end, now);
        String html = report.html();
        if (file == null) {
            session.out().print(html);
        } else {
            file.write(html);
            session.out()
                    .printf(
                            Locale.ROOT,
                            "%s (%,d kB): %s%n",
                            out,
                            (html.getBytes(StandardCharsets.UTF_8).length + 999) / 1_000,
                            report.sentence());
        }
        session.out().flush();
        return ExitCode.OK;
    }

    private DriftReport read(DataSource database, MonitorConfig config, Instant start, Instant end, Instant now)
            throws CommandFailed {
        // The clock of the views stands at the end of the stretch.
        Views views = new Views(database, config, () -> NOT_ASKED, InstantSource.fixed(end));
        try {
            return DriftReport.read(views, start, end, now, !noTexts);
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, "report of " + config.requiredDatabaseUrl()), e);
        }
    }

    private OutputFile file() {
        try {
            OutputFile file = new OutputFile(Path.of(out));
            if (out.isBlank() || !file.problem().isEmpty()) {
                throw misused("--out " + out + ": " + (out.isBlank() ? "name a file" : file.problem()));
            }
            return file;
        } catch (InvalidPathException e) {
            throw misused("--out is no name of a file: " + e.getReason());
        }
    }

    private void requireStretch(Instant start, Instant end) {
        if (!start.isBefore(end)) {
            throw misused("--from " + start + " is not before the end, " + end);
        }
        if (Duration.between(start, end).compareTo(Views.GREATEST_LENGTH) > 0) {
            throw misused("from " + start + " to " + end + " are more than " + Views.GREATEST_LENGTH.toDays()
                    + " days: give a later --from");
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
