package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.StreamReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FoundReportTest {
    private static final Instant AT = Instant.parse("2026-03-02T12:00:00Z");

    @Test
    void a_share_over_the_threshold_without_evidence_is_said_to_be_possible_chance() {
        assertThat(shown(Verdict.OK, 0.012))
                .contains("at least 1.2 % are not as before, threshold 1.0 %, which may be chance: p = 0.21");
    }

    @Test
    void a_share_under_the_threshold_and_a_proven_one_need_no_such_word() {
        assertThat(shown(Verdict.OK, 0.004)).contains("at least 0.4 %").doesNotContain("chance");
        assertThat(shown(Verdict.DRIFT, 0.15)).contains("at least 15.0 %").doesNotContain("chance");
    }

    private static String shown(Verdict verdict, double share) {
        Finding finding = new Finding.Compared(
                WindowVerdict.NAME,
                share,
                0.01,
                share >= 0.01,
                214,
                1200,
                new TreeMap<>(Map.of(WindowVerdict.P_VALUE, 0.21)));
        StreamReport stream =
                new StreamReport("query_embeddings", verdict, 214, 1200, 0, List.of(finding), "", AT, null);
        CheckReport report = new CheckReport(
                AT,
                verdict,
                new ClassicMetrics(null, null, null, null, null, null),
                List.of(stream),
                List.of(),
                Duration.ofMillis(5));
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Screen screen = new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false, false);
        new FoundReport(screen).show(report, new Excerpts(List.of()));
        return printed.toString(StandardCharsets.UTF_8);
    }
}
