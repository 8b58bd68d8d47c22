package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.testdb.TestDatabase;
import java.util.List;
import java.util.Properties;

/** Millions of events through one logger in a small heap: what was lost, and whether memory grew. */
final class Endurance {
    private static final String HEAP = "-Xmx256m";
    /** Live memory may differ by what the last batch left behind. */
    private static final double GROWTH_MEGABYTES = 2;

    private Endurance() {}

    /** {@code arguments}: interactions, 10,000,000 unless said, and vectors of 1536 values, 200,000 unless said. */
    public static void main(String[] arguments) throws Exception {
        long interactions = arguments.length < 1 ? 10_000_000 : Long.parseLong(arguments[0]);
        long vectors = arguments.length < 2 ? 200_000 : Long.parseLong(arguments[1]);
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            Properties run = ChildJvm.run(
                    HEAP,
                    EnduranceRun.class,
                    database.jdbcUrl(),
                    String.valueOf(interactions),
                    String.valueOf(vectors));
            double lost = number(run, "lost");
            double growth = Math.max(number(run, "interactions.growth"), number(run, "vectors.growth"));
            new Report(
                            "endurance",
                            "%,d interactions and %,d vectors of %d dimensions through one logger, in a JVM with %s"
                                    .formatted(interactions, vectors, Embeddings.DIMENSION, HEAP),
                            "none lost or doubled, no growth of live memory above %.0f MB".formatted(GROWTH_MEGABYTES),
                            lost == 0 && growth < GROWTH_MEGABYTES,
                            Machine.describe(database.dataSource()),
                            List.of(
                                    new Measure("events lost or doubled", lost, ""),
                                    new Measure("interactions", number(run, "interactions.rate"), "rows/s"),
                                    new Measure("vectors", number(run, "vectors.rate"), "rows/s"),
                                    new Measure(
                                            "interactions: growth of live memory, first tenth to last",
                                            number(run, "interactions.growth"),
                                            "MB"),
                                    new Measure(
                                            "vectors: growth of live memory, first tenth to last",
                                            number(run, "vectors.growth"),
                                            "MB"),
                                    new Measure("peak memory of the process", number(run, "peak"), "MB")))
                    .publish();
        }
    }

    private static double number(Properties results, String name) {
        return Double.parseDouble(results.getProperty(name));
    }
}
