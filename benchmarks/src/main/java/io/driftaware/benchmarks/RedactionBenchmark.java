package io.driftaware.benchmarks;

import io.driftaware.logging.privacy.Redactor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** What redacting a text costs. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class RedactionBenchmark {
    static final int CHARACTERS = 2_000;

    /** The kind of text. */
    @Param({
        "prose",
        "prose with personal data",
        "personal data alone",
        "digits and spaces",
        "random tokens",
        "colons",
        "at signs"
    })
    public String text = "";

    private String sample = "";

    /** Makes the text. */
    @Setup
    public void make() {
        String prose =
                "Open the project's settings, choose Move, and pick the workspace that you want it in on 2026-11-27. ";
        String personal = "write to jane.doe@example.com or call +49 30 901820, IBAN DE89 3704 0044 0532 0130 00, card"
                + " 4111 1111 1111 1111, host 192.168.10.12; ";
        String unit =
                switch (text) {
                    case "prose" -> prose;
                    case "prose with personal data" -> prose.repeat(4) + personal;
                    case "personal data alone" -> personal;
                    case "digits and spaces" -> "1 22 333 ";
                    case "random tokens" -> tokens();
                    case "colons" -> "1:2::";
                    case "at signs" -> "a.b@";
                    default -> throw new IllegalStateException("there is no text of kind " + text);
                };
        sample = unit.repeat(CHARACTERS / unit.length() + 1).substring(0, CHARACTERS);
    }

    private static String tokens() {
        Random random = new Random(1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        StringBuilder tokens = new StringBuilder();
        while (tokens.length() < CHARACTERS) {
            for (int i = 0; i < 40; i++) {
                tokens.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            tokens.append(' ');
        }
        return tokens.toString();
    }

    @Benchmark
    public String redact() {
        return Redactor.standard().redact(sample);
    }
}
