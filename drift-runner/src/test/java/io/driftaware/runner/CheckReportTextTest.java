package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.CentroidShift;
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

final class CheckReportTextTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void a_report_is_told_stream_by_stream() {
        Finding shift = new Finding.Compared(
                "centroid_shift",
                0.61234,
                0.1,
                true,
                160,
                200,
                new TreeMap<>(Map.of(CentroidShift.COSINE_DISTANCE, 0.7, CentroidShift.NOISE_FLOOR, 0.0000123)));
        Finding few = new Finding.Insufficient("refusal_rate", "the recent window has 3 rows", 3, 0, 50);
        CheckReport report = new CheckReport(
                AT,
                Verdict.DRIFT,
                new ClassicMetrics(0.7, 0.1, null, null, null, null),
                List.of(
                        new StreamReport(
                                "query_embeddings", Verdict.DRIFT, 160, 200, 2, List.of(shift), "it moved", AT, "mini"),
                        new StreamReport(
                                "refusals",
                                Verdict.INSUFFICIENT,
                                3,
                                0,
                                0,
                                List.of(few),
                                "the recent window has 3 rows",
                                AT,
                                null)),
                List.of(
                        new EpisodeReport(7, "query_embeddings", AT, 0.6, 0.61234, 0.1, null),
                        new EpisodeReport(6, "toxicity", AT.minusSeconds(60), 0.6, 0.1, 0.1, AT)),
                Duration.ofMillis(1250));

        assertThat(CheckReportText.of(report))
                .isEqualTo(
                        """
                        Check of 2026-11-22T12:00:00Z: DRIFT (took 1.3 s)

                        query_embeddings      DRIFT         it moved
                                                            score 0.6123, threshold 0.1000
                                                            cosine distance 0.7000, of which noise alone would give 1.2e-05
                                                            samples: 160 recent, 200 baseline, 2 unusable
                                                            embedding model: mini
                        refusals              INSUFFICIENT  the recent window has 3 rows
                                                            samples: 3 recent, 0 baseline

                        Episode 7 of query_embeddings: open since 2026-11-22T12:00:00Z, score 0.6123, threshold 0.1000
                        Episode 6 of toxicity: opened 2026-11-22T11:59:00Z, closed 2026-11-22T12:00:00Z
                        """);
    }
}
