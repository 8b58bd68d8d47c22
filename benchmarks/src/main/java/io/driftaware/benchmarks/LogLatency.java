package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.testdb.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link LogBenchmark} and reports its percentiles. */
final class LogLatency {
    private static final double TARGET_NANOS = 2_000;

    private LogLatency() {}

    public static void main(String[] arguments) throws Exception {
        var options = new OptionsBuilder()
                .include(LogBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build();
        List<Measure> measures = new ArrayList<>();
        double worst = 0;
        for (RunResult result : new Runner(options).run()) {
            var statistics = result.getPrimaryResult().getStatistics();
            String call = result.getPrimaryResult().getLabel();
            worst = Math.max(worst, statistics.getPercentile(50));
            for (double percentile : new double[] {50, 90, 99}) {
                measures.add(new Measure(
                        "log of an %s, %s"
                                .formatted(call, percentile == 50 ? "median" : "%.0f %%".formatted(percentile)),
                        statistics.getPercentile(percentile),
                        "ns"));
            }
        }
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            new Report(
                            "log-latency",
                            "How long log() keeps the caller while the writer is busy, embeddings of %d dimensions"
                                    .formatted(Embeddings.DIMENSION),
                            "under 2 microseconds at the median",
                            worst < TARGET_NANOS,
                            Machine.describe(database.dataSource()),
                            measures)
                    .publish();
        }
    }
}
