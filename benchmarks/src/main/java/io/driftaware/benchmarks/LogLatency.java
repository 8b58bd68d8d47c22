package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import io.driftaware.logging.DriftLogger;
import io.driftaware.testdb.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link LogBenchmark} with 1 to 8 threads, adds what {@link LogAllocation} finds, and reports both. */
final class LogLatency {
    private static final double TARGET_NANOS = 500;
    private static final double TARGET_BYTES = 200;
    private static final double TARGET_RATIO = 2;
    /** One call of a thousand is rare: several processes, so that one unlucky moment does not decide. */
    private static final int FORKS_OF_ONE_THREAD = 3;

    private final List<Measure> measures = new ArrayList<>();
    private final Map<String, Double> rare = new HashMap<>();
    private boolean met = true;

    private LogLatency() {}

    public static void main(String[] arguments) throws Exception {
        var latency = new LogLatency();
        try (TestDatabase database =
                TestDatabase.withSchema(Embeddings.DIMENSION).open()) {
            try (DriftLogger logger = DriftLogger.builder(database.dataSource())
                    .embeddingModel(Embeddings.MODEL, Embeddings.DIMENSION)
                    .build()) {
                var allocation = new LogAllocation(logger);
                latency.allocated("an embedding", allocation.ofEmbedding());
                latency.allocated("an interaction", allocation.ofInteraction());
            }
            latency.copyAlone();
            for (int threads : new int[] {1, 2, 4, 8}) {
                latency.run(threads);
            }
            latency.compareRare("embedding");
            latency.compareRare("interaction");
            new Report(
                            "log-latency",
                            "How long log() keeps the caller, embeddings of %d dimensions"
                                    .formatted(Embeddings.DIMENSION),
                            "with one thread, in every state of queue and database, a median under %.0f ns; under %.0f bytes beside the event; 99.9 %% of calls at most %.0f times as long with the database away"
                                    .formatted(TARGET_NANOS, TARGET_BYTES, TARGET_RATIO),
                            latency.met,
                            Machine.describe(database.dataSource()),
                            latency.measures)
                    .publish();
        }
    }

    private void allocated(String what, double bytes) {
        measures.add(new Measure("allocated by log of %s, beside the event".formatted(what), bytes, "B"));
        met &= bytes < TARGET_BYTES;
    }

    /** The part that no code of ours can make faster: it is the machine's memory. */
    private void copyAlone() throws RunnerException {
        var options = new OptionsBuilder()
                .include(CopyBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build();
        for (RunResult result : new Runner(options).run()) {
            String arrays = result.getParams().getParam("arrays");
            double median = result.getPrimaryResult().getStatistics().getPercentile(50);
            measures.add(
                    new Measure("copying the values alone, into %s arrays: median".formatted(arrays), median, "ns"));
        }
    }

    private void run(int threads) throws RunnerException {
        var options = new OptionsBuilder()
                .include(LogBenchmark.class.getSimpleName())
                .threads(threads)
                .forks(threads == 1 ? FORKS_OF_ONE_THREAD : 1)
                .shouldFailOnError(true)
                .build();
        for (RunResult result : new Runner(options).run()) {
            var statistics = result.getPrimaryResult().getStatistics();
            String what = "%s, queue %s, %d %s"
                    .formatted(
                            result.getPrimaryResult().getLabel(),
                            result.getParams().getParam("queue").toLowerCase(Locale.ROOT),
                            threads,
                            threads == 1 ? "thread" : "threads");
            double median = statistics.getPercentile(50);
            met &= threads > 1 || median < TARGET_NANOS;
            measures.add(new Measure(what + ": median", median, "ns"));
            measures.add(new Measure(what + ": 99 %", statistics.getPercentile(99), "ns"));
            if (threads == 1) {
                double rarest = statistics.getPercentile(99.9);
                measures.add(new Measure(what + ": 99.9 %", rarest, "ns"));
                rare.put(
                        result.getPrimaryResult().getLabel() + " "
                                + result.getParams().getParam("queue"),
                        rarest);
            }
        }
    }

    /** What an outage does to the slowest call of a thousand. */
    private void compareRare(String call) {
        double ratio = rare.getOrDefault(call + " DOWN", Double.NaN) / rare.getOrDefault(call + " EMPTY", Double.NaN);
        measures.add(new Measure(call + ", 1 thread: 99.9 % with the database away, over idle", ratio, ""));
        met &= ratio <= TARGET_RATIO;
    }
}
