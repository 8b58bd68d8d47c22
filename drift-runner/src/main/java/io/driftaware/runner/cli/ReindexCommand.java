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
    public Integer call() throws CommandFailed, InterruptedException {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        DataSource database = Databases.direct(url);
        PrintWriter out = session.out();
        try {
            switch (verb) {
                case "start" -> {
                    Reindexer reindexer = ReindexSetup.reindexer(config.actionSettings(), database, clock);
                    return run(reindexer, out);
                }
                case "status" ->
                    out.println(without(database)
                            .status()
                            .map(ReindexStatus::line)
                            .orElse("there was no re-index in this database"));
                case "rollback" -> out.println(without(database).rollback().line());
                case "drop-old" -> {
                    without(database).dropPrevious();
                    out.println("the old vectors are dropped");
                }
                default ->
                    throw new ParameterException(
                            spec.commandLine(), "'" + verb + "' is none of start, status, rollback, drop-old");
            }
            return ExitCode.OK;
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

    private static int run(Reindexer reindexer, PrintWriter out) throws SQLException, InterruptedException {
        reindexer.start(UUID.randomUUID());
        while (true) {
            Reindexer.Slice slice = reindexer.work(SLICE);
            out.println(slice.status().line());
            out.flush();
            if (slice.status().state().ended()) {
                return slice.status().state() == ReindexState.DONE ? ExitCode.OK : ExitCode.FAILURE;
            }
            Thread.sleep(slice.next().toMillis());
        }
    }
}
