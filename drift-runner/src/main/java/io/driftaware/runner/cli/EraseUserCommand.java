package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.UserErasure;
import io.driftaware.runner.store.UserErasure.Erased;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "erase-user",
        mixinStandardHelpOptions = true,
        description =
                "Delete what is stored of a user: interactions, their embeddings and feedback, and copies of their"
                        + " texts in what the monitor keeps. All of it or nothing.")
final class EraseUserCommand implements Callable<Integer> {
    private static final String NEVER_CONNECTED = "08001";

    /** Deleting from large tables takes its time, and the server says nothing meanwhile. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final Session session;

    @Option(
            names = "--user",
            required = true,
            paramLabel = "ID",
            description = "The user's id as the application knows it, or the pseudonym that is stored.")
    String user = "";

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "The key that the application gives to userIdKey, for ids that are stored as pseudonyms.")
    @Nullable
    Path keyFile;

    @Option(names = "--dry-run", description = "Say what would be deleted, and delete nothing.")
    private boolean dryRun;

    @Spec
    CommandSpec spec = CommandSpec.create();

    EraseUserCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        DatabaseUrl url = session.config().requiredDatabaseUrl();
        Set<String> forms = forms();
        PGSimpleDataSource database = Databases.direct(url);
        database.setSocketTimeout(Math.toIntExact(PATIENCE.toSeconds()));
        try (CheckSession check = CheckSession.open(database)) {
            if (!check.claim()) {
                throw new CommandFailed("a monitor of this database is checking: try again in a moment");
            }
            Erased erased = check.write(
                    connection -> dryRun ? UserErasure.tried(connection, forms) : UserErasure.run(connection, forms));
            say(erased, session.out());
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailed(outcome(e) + ": " + DatabaseErrors.explain(e, url.toString()), e);
        }
    }

    /** A connection that breaks may have done so after the commit; one that was never made has not. */
    static String outcome(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") && !state.equals(NEVER_CONNECTED)
                ? "perhaps nothing was deleted, perhaps all; run it again"
                : "nothing was deleted";
    }

    private Set<String> forms() {
        if (user.isBlank()) {
            throw usage("--user is empty: name one user");
        }
        try {
            return keyFile == null ? UserIdForms.of(user) : UserIdForms.of(user, keyFile);
        } catch (NoSuchFileException e) {
            throw usage("--key-file " + keyFile + ": there is no such file; name one that exists");
        } catch (IOException e) {
            throw usage("--key-file " + keyFile + " cannot be used: " + e.getMessage());
        }
    }

    private void say(Erased erased, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s: interactions %d, embeddings %d, feedback %d, states of feedback %d, copies of texts %d.%n",
                dryRun ? "Would be deleted" : "Deleted",
                erased.interactions(),
                erased.embeddings(),
                erased.feedback(),
                erased.feedbackStates(),
                erased.texts());
        if (erased.interactions() == 0) {
            out.println("No interaction has this user id"
                    + (keyFile == null ? "; where ids are stored as pseudonyms, give --key-file." : "."));
        }
        erased.baselines()
                .forEach((baseline, vectors) -> out.printf(
                        Locale.ROOT,
                        "Baseline %d of %s holds the vectors of %d of these embeddings, without text or name. %s%n",
                        baseline.id(),
                        baseline.stream().label(),
                        vectors,
                        baseline.inUse()
                                ? "To be rid of them, replace it with baseline accept --stream "
                                        + baseline.stream().label() + ", then delete it from drift_baselines."
                                : "To be rid of them, DELETE FROM drift_baselines WHERE id = " + baseline.id() + "."));
        out.flush();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
