package io.driftaware.benchmarks.signals;

import io.driftaware.logging.signal.RefusalDetector;
import io.driftaware.logging.signal.SignalResult;
import io.driftaware.logging.signal.ToxicityDetector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the built-in detectors take for a reply of {@value #LENGTH} characters. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class SignalBenchmark {
    static final int LENGTH = 2_048;

    @Param({"answer", "refusals", "accents"})
    public String text = "";

    private final RefusalDetector refusal = RefusalDetector.standard();
    private final ToxicityDetector toxicity = ToxicityDetector.standard();
    private String reply = "";

    /** Takes the replies that nothing was trained on. */
    @Setup
    public void readReply() throws IOException {
        Path root = Path.of(System.getProperty("drift.root", "."));
        List<Labelled> replies = Labelled.replies(root.resolve("drift-logging-sdk/training/replies/held-out"));
        String all = replies.stream()
                .filter(one -> one.isPositive() == text.equals("refusals"))
                .map(Labelled::text)
                .collect(Collectors.joining("\n"));
        if (text.equals("accents")) {
            all = all.replace('a', '\u00e4').replace('e', '\u00e9').replace('o', '\u00f6');
        }
        reply = all.substring(0, LENGTH);
    }

    @Benchmark
    public SignalResult refusal() {
        return refusal.detect(null, reply);
    }

    @Benchmark
    public SignalResult toxicity() {
        return toxicity.detect(null, reply);
    }
}
