package io.driftaware.runner.cli;

import io.driftaware.runner.Backfill;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.WatchedStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "backfill",
        mixinStandardHelpOptions = true,
        description = "Read what the logs hold and no check has read, at a pace: for history that was there before the"
                + " monitor. Call it again after it was stopped; it goes on where it was.")
final class BackfillCommand implements Callable<Integer> {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final Session session;
    private final InstantSource clock;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--rows-per-second",
            paramLabel = "N",
            description = "Read so many rows a second at most; as fast as the database gives them unless given.")
    private @Nullable Integer rowsPerSecond;

    BackfillCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        if (rowsPerSecond != null && rowsPerSecond < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--rows-per-second " + rowsPerSecond + " reads nothing: give 1 or more");
        }
        MonitorConfig config = session.config();
        Backfill backfill = new Backfill(Databases.withSchema(config, "backfill"), config, clock);
        PrintWriter out = session.out();
        Backfill.Result result = backfill.run(rowsPerSecond == null ? 0 : rowsPerSecond, new Lines(out));
        out.printf(Locale.ROOT, "done: %,d rows read; checks go on from here%n", result.rows());
        for (Map.Entry<WatchedStream, String> failure : result.failures().entrySet()) {
            out.printf(
                    "%s could not be read, its rows wait: %s%n",
                    failure.getKey().label(), failure.getValue());
        }
        out.flush();
        return result.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** A line at the beginning, and then every few seconds. */
    private final class Lines implements java.util.function.Consumer<Backfill.Progress> {
        private final PrintWriter out;
        private final Instant start = clock.instant();
        private Instant last = start;

        Lines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void accept(Backfill.Progress progress) {
            Instant now = clock.instant();
            if (progress.rows() == 0) {
                out.printf(Locale.ROOT, "%,d rows to read%n", progress.of());
            } else if (!now.isBefore(last.plus(BETWEEN_LINES))) {
                last = now;
                double seconds = Duration.between(start, now).toMillis() / 1000.0;
                double perSecond = progress.rows() / seconds;
                long left = Math.max(0, progress.of() - progress.rows());
                out.printf(
                        Locale.ROOT,
                        "%,d of %,d rows read, %,.0f a second, %,.0f s left%n",
                        progress.rows(),
                        progress.of(),
                        perSecond,
                        left / perSecond);
            }
            out.flush();
        }
    }
}
