package io.driftaware.runner.cli;

import io.driftaware.runner.Acceptance;
import io.driftaware.runner.BaselineAdmin;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.WatchedStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "baseline",
        mixinStandardHelpOptions = true,
        description = {
            "Look at the baselines that recent traffic is compared with, or replace one.",
            "  list     every baseline: in use, retired, or a candidate",
            "  fit      make a candidate of the rows of a stretch of time",
            "  accept   put a candidate into use by its number; without one, make the new normal of a stretch of time"
        })
final class BaselineCommand implements Callable<Integer> {
    private static final Duration USUAL = Duration.ofDays(7);

    private final Session session;
    private final InstantSource clock;

    @Parameters(index = "0", paramLabel = "list|fit|accept", description = "What to do.")
    String action = "list";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "Number of a candidate, for accept.")
    @Nullable
    Long id;

    @Option(names = "--stream", paramLabel = "NAME", description = "One stream, such as query_embeddings.")
    @Nullable
    String stream;

    @Option(
            names = "--from",
            paramLabel = "INSTANT",
            description = "Start of the rows, such as 2026-03-01T00:00:00Z; seven days before --to unless given.")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "INSTANT", description = "End of the rows; now unless given.")
    @Nullable
    String to;

    @Spec
    CommandSpec spec = CommandSpec.create();

    BaselineCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        MonitorConfig config = session.config();
        BaselineAdmin admin = new BaselineAdmin(Databases.direct(config.requiredDatabaseUrl()), config, clock);
        PrintWriter out = session.out();
        switch (action) {
            case "list" -> list(admin.list(), out);
            case "fit" -> fitted(admin.fit(requiredStream(), start(), end()), out);
            case "accept" -> {
                said(id == null ? admin.accept(requiredStream(), start(), end()) : admin.accept(id), out);
            }
            default -> throw usage("'" + action + "' is none of list, fit, accept");
        }
        out.flush();
        return ExitCode.OK;
    }

    private static void fitted(Baseline baseline, PrintWriter out) {
        out.println("candidate " + baseline.id() + " of " + baseline.stream().label() + ": " + rows(baseline)
                + "; put it into use with: baseline accept " + baseline.id());
    }

    private static void said(Acceptance acceptance, PrintWriter out) {
        Baseline baseline = acceptance.baseline();
        String name = "baseline " + baseline.id() + " of " + baseline.stream().label();
        if (acceptance.already()) {
            out.println(name + " was in use already: nothing has changed");
            return;
        }
        out.println(name + " is in use now: " + rows(baseline));
        Baseline retired = acceptance.retired();
        if (retired != null) {
            out.println("baseline " + retired.id() + " is retired");
        }
        Episode ended = acceptance.ended();
        if (ended != null) {
            out.println("episode " + ended.id() + " is closed: it was open since "
                    + ended.openedAt().truncatedTo(ChronoUnit.SECONDS) + ", and this is the new normal");
        }
    }

    private static void list(List<Baseline> baselines, PrintWriter out) {
        if (baselines.isEmpty()) {
            out.println("No baseline yet: the first is learned from traffic; check says how much is missing.");
        }
        baselines.forEach(baseline -> out.println(line(baseline)));
    }

    private static String line(Baseline baseline) {
        String state = baseline.inUse() ? "in use" : baseline.retiredAt() != null ? "retired" : "candidate";
        return String.format(
                Locale.ROOT,
                "%d  %-20s %-9s %s",
                baseline.id(),
                baseline.stream().label(),
                state,
                rows(baseline));
    }

    private static String rows(Baseline baseline) {
        return String.format(
                Locale.ROOT,
                "%,d rows from %s to %s%s",
                baseline.rows(),
                baseline.rowsFrom(),
                baseline.rowsTo(),
                baseline.space().isEmpty() ? "" : "  " + baseline.space());
    }

    private String requiredStream() {
        String names =
                Arrays.stream(WatchedStream.values()).map(WatchedStream::label).collect(Collectors.joining(", "));
        if (stream == null) {
            throw usage("name a stream with --stream: " + names);
        }
        if (Arrays.stream(WatchedStream.values()).noneMatch(one -> one.label().equals(stream))) {
            throw usage("--stream " + stream + " is none of " + names);
        }
        return stream;
    }

    private Instant end() {
        return to == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : instant("--to", to);
    }

    private Instant start() {
        return from == null ? end().minus(USUAL) : instant("--from", from);
    }

    private Instant instant(String option, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw usage(option + " " + text + " is no instant: write it like 2026-03-01T00:00:00Z");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
