package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.reindex.ReindexSettings;
import io.driftaware.runner.reindex.ReindexSetup;
import io.driftaware.runner.reindex.ReindexState;
import io.driftaware.runner.reindex.ReindexStatus;
import io.driftaware.runner.reindex.Reindexer;
import io.driftaware.runner.store.DatabaseErrors;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "reindex",
        mixinStandardHelpOptions = true,
        description = {
            "Give every document the vector of DRIFT_REINDEX_MODEL, beside the running search.",
            "  start      begin, or go on where it stopped; prints the progress until it ends",
            "  status     how far it is",
            "  rollback   put the old vectors back in use",
            "  drop-old   drop the old vectors; no rollback after that"
        })
final class ReindexCommand implements Callable<Integer> {
    private static final Duration SLICE = Duration.ofSeconds(5);

    private final Session session;
    private final InstantSource clock;

    @Parameters(index = "0", paramLabel = "start|status|rollback|drop-old", description = "What to do.")
    String verb = "status";

    @Spec
    CommandSpec spec = CommandSpec.create();

    ReindexCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        DataSource database = Databases.direct(url);
        PrintWriter out = session.out();
        try {
            return switch (verb) {
                case "start" -> start(ReindexSetup.reindexer(config.actionSettings(), database, clock), out);
                case "status" -> status(without(database), out);
                case "rollback" -> rollback(without(database), out);
                case "drop-old" -> {
                    without(database).dropPrevious();
                    out.println("the old vectors are dropped");
                    yield ExitCode.OK;
                }
                default ->
                    throw new ParameterException(
                            spec.commandLine(), "'" + verb + "' is none of start, status, rollback, drop-old");
            };
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, url.toString()), e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        } finally {
            out.flush();
        }
    }

    private Reindexer without(DataSource database) {
        return new Reindexer(database, null, List.of(), ReindexSettings.DEFAULTS, clock);
    }

    private static int status(Reindexer reindexer, PrintWriter out) throws SQLException {
        out.println(reindexer.status().map(ReindexStatus::line).orElse("there was no re-index in this database"));
        return ExitCode.OK;
    }

    private static int start(Reindexer reindexer, PrintWriter out) throws SQLException {
        try (Shutdown shutdown = Shutdown.interrupting(Thread.currentThread())) {
            try {
                return work(reindexer, shutdown, out);
            } catch (InterruptedException e) {
                return stopped(reindexer, out);
            }
        }
    }

    /** Slices until the run has ended; each leaves a state that any process can go on from. */
    private static int work(Reindexer reindexer, Shutdown shutdown, PrintWriter out)
            throws SQLException, InterruptedException {
        reindexer.start(UUID.randomUUID());
        while (true) {
            Reindexer.Slice slice = reindexer.work(SLICE);
            out.println(slice.status().line());
            out.flush();
            if (slice.status().state().ended()) {
                return slice.status().state() == ReindexState.DONE ? ExitCode.OK : ExitCode.FAILURE;
            }
            if (shutdown.await(slice.next())) {
                throw new InterruptedException("told to end");
            }
        }
    }

    private static int stopped(Reindexer reindexer, PrintWriter out) throws SQLException {
        Thread.interrupted(); // the signal may have come twice, and the status is still to be read
        status(reindexer, out);
        out.println("stopped by a signal: reindex start goes on from here");
        out.flush();
        return ExitCode.FAILURE;
    }

    private static int rollback(Reindexer reindexer, PrintWriter out) throws SQLException {
        Shutdown shutdown = Shutdown.interrupting(Thread.currentThread());
        try {
            out.println(reindexer.rollback().line());
            return ExitCode.OK;
        } catch (InterruptedException e) {
            Thread.interrupted(); // the signal may have come twice, and the status is still to be read
            status(reindexer, out);
            out.println("stopped by a signal: reindex rollback goes on from here");
            return ExitCode.FAILURE;
        } finally {
            out.flush();
            shutdown.close();
        }
    }
}
