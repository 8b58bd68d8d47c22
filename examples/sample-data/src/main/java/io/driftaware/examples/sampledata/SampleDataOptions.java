package io.driftaware.examples.sampledata;

import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "sample-data",
        showDefaultValues = true,
        sortOptions = false,
        description = "Fills the database at DATABASE_URL with generated documents and interactions of EMBEDDING_DIM "
                + "dimensions (1536 unless set): a baseline period and the last 7 days.")
final class SampleDataOptions implements Callable<Integer> {
    private static final int MOST_INTERACTIONS = 100_000;

    private final ToIntFunction<SampleDataOptions> program;

    @Option(
            names = "--scenario",
            defaultValue = "baseline",
            paramLabel = "NAME",
            description = "What the last 7 days are like: ${COMPLETION-CANDIDATES}.")
    Scenario scenario = Scenario.BASELINE;

    @Option(names = "--documents", defaultValue = "50", paramLabel = "N", description = "How many documents.")
    int documents = 50;

    @Option(
            names = "--interactions",
            defaultValue = "200",
            paramLabel = "N",
            description = "How many interactions in each of the two periods, with a query embedding each.")
    int interactions = 200;

    @Option(
            names = "--recent-interactions",
            paramLabel = "N",
            description = "How many of the last 7 days, where these are not as many.")
    @Nullable
    Integer recentInteractions;

    @Option(names = "--clean", description = "First delete everything that this program generated before.")
    boolean clean;

    @Option(names = "--stats-only", description = "Generate nothing, only show what is there.")
    boolean statsOnly;

    @Option(
            names = "--seed",
            defaultValue = "42",
            paramLabel = "N",
            description = "Equal seeds give equal texts, flags, ratings and vectors.")
    long seed = 42;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    SampleDataOptions(ToIntFunction<SampleDataOptions> program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        requireCount("--documents", documents);
        requireCount("--interactions", interactions);
        requireCount("--recent-interactions", recent());
        return program.applyAsInt(this);
    }

    int recent() {
        return recentInteractions == null ? interactions : recentInteractions;
    }

    private void requireCount(String name, int count) {
        if (count < 0 || count > MOST_INTERACTIONS) {
            throw new ParameterException(
                    spec.commandLine(), name + " is " + count + "; give a number from 0 to " + MOST_INTERACTIONS + ".");
        }
    }
}
