package io.driftaware.benchmarks;

import io.driftaware.benchmarks.Report.Measure;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link RedactionBenchmark} and reports the time of each kind of text. */
final class Redaction {
    private static final double TARGET_MICROS = 50;

    private Redaction() {}

    public static void main(String[] arguments) throws Exception {
        var options = new OptionsBuilder()
                .include(RedactionBenchmark.class.getSimpleName())
                .shouldFailOnError(true)
                .build();
        List<Measure> measures = new ArrayList<>();
        double worst = 0;
        for (RunResult result : new Runner(options).run()) {
            double micros = result.getPrimaryResult().getStatistics().getPercentile(50) / 1_000;
            worst = Math.max(worst, micros);
            measures.add(new Measure(result.getParams().getParam("text") + ", median", micros, "µs"));
        }
        new Report(
                        "redaction",
                        "Redacting a text of %d characters".formatted(RedactionBenchmark.CHARACTERS),
                        "under 50 microseconds at the median, for any of them",
                        worst < TARGET_MICROS,
                        Machine.describe(),
                        measures)
                .publish();
    }
}
