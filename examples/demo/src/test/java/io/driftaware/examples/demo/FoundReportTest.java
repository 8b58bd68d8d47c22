package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.FeedbackDrop;
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

    @Test
    void a_score_that_fell_by_less_than_nothing_has_risen() {
        assertThat(shown(Verdict.OK, score(0.807, 0.8)))
                .contains("mean score 0.807, before 0.800: risen by 0.007, acts on a fall of 0.050");
        assertThat(shown(Verdict.DRIFT, score(0.7, 0.8)))
                .contains("mean score 0.700, before 0.800: fallen by 0.100, acts on a fall of 0.050");
    }

    @Test
    void a_rise_of_a_rate_is_not_told_as_the_rate() {
        Finding rise = new Finding.Compared(
                "refusal_rate_rise", 0.1, 0.01, true, 214, 1200, new TreeMap<>(Map.of("baseline_rate", 0.03)));

        assertThat(shown(Verdict.DRIFT, rise))
                .contains("10.0 points more than before, threshold 1.0 points; before: 3.0 %");
    }

    @Test
    void recent_rows_say_since_when_they_are_counted() {
        assertThat(shown(Verdict.OK, 0.004)).contains("rows: 214 since 2026-03-01 12:00 UTC, 1,200 of the baseline");
    }

    @Test
    void a_long_reason_is_broken_into_lines_of_100_columns() {
        String reason = "the embedding model changed from 'all-minilm-l6-v2' (384 dimensions) to 'another-model' (384"
                + " dimensions): rows of two models cannot be compared; its baseline is learning: 120 of 1000 rows collected";

        String printed =
                printed(Verdict.LEARNING, new Finding.Insufficient("baseline", reason, 120, 120, 1_000), reason);

        assertThat(printed.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(oneLine(printed))
                .contains("LEARNING query embeddings nothing can be said: " + reason + " rows: 214");
    }

    private static String oneLine(String printed) {
        return printed.replaceAll("\\s+", " ");
    }

    private static Finding score(double now, double before) {
        return new Finding.Compared(
                FeedbackDrop.NAME,
                before - now,
                0.05,
                before - now >= 0.05,
                214,
                1200,
                new TreeMap<>(Map.of(FeedbackDrop.RECENT_MEAN, now, FeedbackDrop.BASELINE_MEAN, before)));
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
        return shown(verdict, finding);
    }

    private static String shown(Verdict verdict, Finding finding) {
        return oneLine(printed(verdict, finding, ""));
    }

    private static String printed(Verdict verdict, Finding finding, String reason) {
        StreamReport stream = new StreamReport(
                "query_embeddings",
                verdict,
                214,
                1200,
                0,
                List.of(finding),
                reason,
                AT,
                null,
                List.of(),
                null,
                null,
                AT.minus(Duration.ofDays(1)));
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
