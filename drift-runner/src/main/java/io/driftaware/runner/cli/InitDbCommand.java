package io.driftaware.runner.cli;

import io.driftaware.runner.DatabaseUrl;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.SchemaSetup;
import io.driftaware.runner.store.SchemaState;
import io.driftaware.runner.store.VectorKind;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Command;

@Command(
        name = "init-db",
        mixinStandardHelpOptions = true,
        description = "Create the schema, or bring it up to date; rows are kept.")
final class InitDbCommand implements Callable<Integer> {
    private final Session session;

    InitDbCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws CommandFailed {
        MonitorConfig config = session.config();
        DatabaseUrl url = config.requiredDatabaseUrl();
        DataSource database = Databases.direct(url);
        try {
            SchemaState before = SchemaCheck.inspect(database);
            if (before.server() < SchemaState.MINIMUM_SERVER) {
                throw new CommandFailed(
                        before.problem(config.embeddingDimIfSet()).orElseThrow());
            }
            List<String> warnings = SchemaSetup.run(
                    database, config.embeddingDimFor(before.dimension()), config.pgvector(), config.partition());
            SchemaState after = SchemaCheck.inspect(database);
            session.out().println(said(url, after));
            warnings.forEach(warning -> session.out().println("Warning: " + warning));
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailed(DatabaseErrors.explain(e, "init-db on " + url), e);
        }
    }

    private static String said(DatabaseUrl url, SchemaState state) {
        String kind = state.vectorKind().filter(VectorKind.ARRAY::equals).isPresent()
                ? "real[] (without pgvector)"
                : "vector (pgvector)";
        return "The schema of " + url + " is in place: version "
                + state.version().orElseThrow()
                + ", embeddings as " + kind
                + (state.dimension().isPresent() ? ", " + state.dimension().getAsInt() + " dimensions." : ".");
    }
}
