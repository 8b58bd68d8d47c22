package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.cli.Diagnosis.Level;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.Rebase;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Look at everything that the monitor needs; say what is missing and the remedy, and since when"
                + " each gauge can exist. Exit code 1 if anything must be put right.")
final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print as JSON.")
    private boolean json;

    @Option(
            names = "--rebase",
            description = "First anchor the reading anew in a database that was restored into another cluster.")
    private boolean rebase;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        List<Diagnosis> found = new ArrayList<>();
        if (rebase) {
            found.add(Diagnosis.ok("rebase", anchoredAnew(url)));
        }
        found.addAll(new Doctor(config, url, Databases.direct(url), InstantSource.system()).examine());
        boolean ill = found.stream().anyMatch(diagnosis -> diagnosis.level() == Level.WRONG);
        PrintWriter out = session.out();
        if (json) {
            out.println(Diagnosis.toJson(found));
        } else {
            found.forEach(diagnosis -> out.println(diagnosis.toText()));
            out.println("\n" + closing(found, ill));
        }
        out.flush();
        return ill ? ExitCode.FAILURE : ExitCode.OK;
    }

    private static String closing(List<Diagnosis> found, boolean ill) {
        if (ill) {
            return "What is marked WRONG must be put right.";
        }
        boolean notes = found.stream().anyMatch(diagnosis -> diagnosis.level() == Level.NOTE);
        return notes
                ? "Nothing must be put right. What is marked NOTE is missing for a number or a verdict, or good to know."
                : "Nothing is wrong.";
    }

    private static String anchoredAnew(DatabaseUrl url) throws CommandFailed {
        try (CheckSession check = CheckSession.open(Databases.direct(url))) {
            if (!check.claim()) {
                throw new CommandFailed("a monitor of this database is checking: stop it, or try again in a moment");
            }
            return check.write(Rebase::run);
        } catch (SQLException e) {
            throw new CommandFailed("rebase failed: " + DatabaseErrors.explain(e, url.toString()), e);
        }
    }
}
