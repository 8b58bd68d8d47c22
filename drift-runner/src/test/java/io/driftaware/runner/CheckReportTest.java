package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.000001Z");

    static final CheckReport REPORT = new CheckReport(
            AT,
            Verdict.DRIFT,
            new ClassicMetrics(0.1, 1e-300, null, 0.0, null, null),
            List.of(
                    new StreamReport(
                            "query_embeddings",
                            Verdict.DRIFT,
                            60,
                            70,
                            1,
                            List.of(new Finding.Compared(
                                    "centroid_shift",
                                    1.0 / 3,
                                    0.1,
                                    true,
                                    60,
                                    70,
                                    new TreeMap<>(Map.of("noise_floor", 0.01)))),
                            "a \"quoted\" reason\nof two lines \u2028",
                            AT,
                            "m",
                            List.of(
                                    new CheckReport.EvidenceReport("novelty", 1.25, 13.5),
                                    new CheckReport.EvidenceReport("window", 0, 9)),
                            new Explanation(
                                    0.125,
                                    List.of(new Explanation.Topic(7, 0.5, List.of("how do I fly \"home\"?", "\u2028"))),
                                    List.of(new Explanation.ClusterShift(3, 0.01, 0.04, 5.5, List.of("a", "b"))),
                                    List.of(new Explanation.SegmentShift("de", 0.5, 0.01, -0.02, true)),
                                    "one note"),
                            new CheckReport.BaselineReport(4, AT, AT.plusSeconds(1), 70),
                            AT.minusSeconds(900)),
                    new StreamReport(
                            "refusals",
                            Verdict.INSUFFICIENT,
                            0,
                            0,
                            0,
                            List.of(new Finding.Insufficient("refusal_rate", "none", 0, 0, 50)),
                            "none",
                            null,
                            null)),
            List.of(
                    new EpisodeReport(1, "query_embeddings", AT, 0.2, 0.3, 0.1, null),
                    new EpisodeReport(2, "refusals", AT, 0.2, 0.01, 0.05, AT)),
            Duration.ofMillis(1500));

    @Test
    void its_json_reads_back_as_the_same_report() {
        assertThat(CheckReportReader.read(REPORT.toJson())).isEqualTo(REPORT);
    }

    @Test
    void its_json_has_the_promised_fields() {
        assertThat(REPORT.toJson())
                .startsWith(
                        "{\"at\":\"2026-03-01T12:00:00.000001Z\",\"verdict\":\"DRIFT\",\"classic\":{"
                                + "\"embedding_drift_score\":0.1,\"embedding_variance_score\":1.0E-300,\"refusal_rate\":null,"
                                + "\"toxicity_rate\":0.0,\"recent_accuracy\":null,\"baseline_accuracy\":null},\"streams\":[{"
                                + "\"stream\":\"query_embeddings\",\"verdict\":\"DRIFT\",\"samples\":{\"recent\":60,\"baseline\":70}")
                .contains("\"findings\":[{\"detector\":\"centroid_shift\",\"kind\":\"compared\"")
                .contains("\"episodes\":[{\"id\":1,");
    }

    @Test
    void json_that_is_no_report_is_one_line_with_the_remedy() {
        for (String broken :
                new String[] {"", "[]", "{}", "{\"at\":1}", REPORT.toJson().replace("DRIFT", "MAYBE")}) {
            assertThatThrownBy(() -> CheckReportReader.read(broken))
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageContaining("drift_monitor_state");
        }
    }
}
