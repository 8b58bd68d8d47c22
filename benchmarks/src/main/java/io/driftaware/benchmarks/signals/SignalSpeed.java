package io.driftaware.benchmarks.signals;

import io.driftaware.benchmarks.Machine;
import io.driftaware.benchmarks.Report;
import io.driftaware.benchmarks.Report.Measure;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link SignalBenchmark} and reports its percentiles. */
final class SignalSpeed {
    private static final double TARGET_MICROS = 50;

    private SignalSpeed() {}

    public static void main(String[] arguments) throws Exception {
        var options = new OptionsBuilder()
                .include(SignalBenchmark.class.getSimpleName())
                .jvmArgsAppend("-Ddrift.root=" + System.getProperty("drift.root", "."))
                .shouldFailOnError(true)
                .build();
        List<Measure> measures = new ArrayList<>();
        double worst = 0;
        for (RunResult result : new Runner(options).run()) {
            var statistics = result.getPrimaryResult().getStatistics();
            String name = result.getPrimaryResult().getLabel() + " of "
                    + result.getParams().getParam("text");
            worst = Math.max(worst, statistics.getPercentile(50) / 1_000);
            for (double percentile : new double[] {50, 99}) {
                measures.add(new Measure(
                        "%s, %s".formatted(name, percentile == 50 ? "median" : "%.0f %%".formatted(percentile)),
                        statistics.getPercentile(percentile) / 1_000,
                        "µs"));
            }
        }
        new Report(
                        "signal-speed",
                        "How long the offline detectors take for a reply of %,d characters"
                                .formatted(SignalBenchmark.LENGTH),
                        "under 50 microseconds at the median",
                        worst < TARGET_MICROS,
                        Machine.describe(),
                        measures)
                .publish();
    }
}
