package io.driftaware.benchmarks;

import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.prometheus.client.CollectorRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Times checks in a JVM of its own: previews, which read raw rows, once cold and then the median of three; or a live check that
 * reads all rows into profiles and learns its baselines, and those that follow it.
 */
final class WarmCheck {
    static final String PREVIEW = "preview";
    static final String LIVE = "live";

    private WarmCheck() {}

    public static void main(String[] arguments) throws Exception {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        var config = MonitorConfig.builder().embeddingDim(Embeddings.DIMENSION).build();
        try (var monitor = DriftMonitor.builder(dataSource)
                .config(config)
                .registry(new CollectorRegistry())
                .build()) {
            if (arguments[1].equals(LIVE)) {
                System.out.println("intake=" + seconds(monitor::checkOnce));
                System.out.println("profiles=" + warm(monitor::checkOnce));
                System.out.println("peak=" + Machine.peakMegabytes());
                return;
            }
            Instant now = Clock.systemUTC().instant();
            double cold = seconds(() -> monitor.previewAt(now));
            double warm = warm(() -> monitor.previewAt(now));
            CheckReport report = monitor.previewAt(now);
            double peak = Machine.peakMegabytes();
            var queries = report.streams().stream()
                    .filter(stream -> stream.stream().equals("query_embeddings"))
                    .findFirst()
                    .orElseThrow();
            System.out.println("cold=" + cold);
            System.out.println("warm=" + warm);
            System.out.println("rows=" + (queries.recentSamples() + queries.baselineSamples()));
            System.out.println("score=" + report.classic().embeddingDriftScore());
            System.out.println("peak=" + peak);
        }
    }

    /** Median of three. */
    private static double warm(Runnable check) {
        double[] warm = {seconds(check), seconds(check), seconds(check)};
        Arrays.sort(warm);
        return warm[1];
    }

    private static double seconds(Runnable check) {
        long start = System.nanoTime();
        check.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
