package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.retrain.RetrainSettings;
import io.driftaware.runner.retrain.TrainingSet;
import io.driftaware.runner.store.DatabaseErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "retrain",
        mixinStandardHelpOptions = true,
        description = {
            "Look at what a model would be trained with.",
            "  export     write training.jsonl, validation.jsonl and to-complete.jsonl to --out; nothing is sent"
        })
final class RetrainCommand implements Callable<Integer> {
    private final Session session;
    private final InstantSource clock;

    @Parameters(index = "0", paramLabel = "export", description = "What to do.")
    String verb = "export";

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder of the files.")
    Path out = Path.of(".");

    @Spec
    CommandSpec spec = CommandSpec.create();

    RetrainCommand(Session session, InstantSource clock) {
        this.session = session;
        this.clock = clock;
    }

    @Override
    public Integer call() throws CommandFailed {
        if (!verb.equals("export")) {
            throw new ParameterException(spec.commandLine(), "'" + verb + "' is not export");
        }
        MonitorConfig config = session.config();
        RetrainSettings settings = RetrainSettings.of(config.actionSettings());
        DatabaseUrl url = config.requiredDatabaseUrl();
        Instant now = clock.instant();
        try (Connection connection = Databases.direct(url).getConnection()) {
            TrainingSet set =
                    TrainingSet.read(connection, now.minus(Duration.ofDays(settings.days())), now, settings.full());
            set.write(out);
            session.out().println(set.summary());
            session.out().flush();
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, url.toString()), e);
        } catch (IOException e) {
            throw new CommandFailed(
                    "the files cannot be written to " + out + ": "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }
}
