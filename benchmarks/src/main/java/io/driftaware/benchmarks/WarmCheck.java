package io.driftaware.benchmarks;

import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.prometheus.client.CollectorRegistry;
import java.util.Arrays;
import org.postgresql.ds.PGSimpleDataSource;

/** Times {@link DriftMonitor#checkOnce()} in a JVM of its own: once cold, then the median of three. */
final class WarmCheck {
    private WarmCheck() {}

    public static void main(String[] arguments) throws Exception {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(arguments[0]);
        var config = MonitorConfig.builder().embeddingDim(Embeddings.DIMENSION).build();
        try (var monitor = DriftMonitor.builder(dataSource)
                .config(config)
                .registry(new CollectorRegistry())
                .build()) {
            double cold = seconds(monitor);
            double[] warm = {seconds(monitor), seconds(monitor), seconds(monitor)};
            Arrays.sort(warm);
            CheckReport report = monitor.checkOnce();
            var queries = report.streams().stream()
                    .filter(stream -> stream.stream().equals("query_embeddings"))
                    .findFirst()
                    .orElseThrow();
            System.out.println("cold=" + cold);
            System.out.println("warm=" + warm[1]);
            System.out.println("rows=" + (queries.recentSamples() + queries.baselineSamples()));
            System.out.println("score=" + report.classic().embeddingDriftScore());
            System.out.println("peak=" + Machine.peakMegabytes());
        }
    }

    private static double seconds(DriftMonitor monitor) {
        long start = System.nanoTime();
        monitor.checkOnce();
        return (System.nanoTime() - start) / 1e9;
    }
}
