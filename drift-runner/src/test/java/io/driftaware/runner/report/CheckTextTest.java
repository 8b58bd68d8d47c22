package io.driftaware.runner.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.Explanation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class CheckTextTest {
    private static final Instant AT = Instant.parse("2026-11-22T12:00:00.25Z");
    private static final String HOSTILE =
            "\u001B]0;owned\u0007\u001B[2J\u202Egnp.exe " + "x".repeat(200) + " schön\n\u05D0";

    private static Finding compared(String detector, double value, double threshold, Map<String, Double> details) {
        return new Finding.Compared(detector, value, threshold, value > threshold, 160, 2_400, new TreeMap<>(details));
    }

    private static CheckReport report(String text) {
        Explanation explanation = new Explanation(
                0.2,
                List.of(new Explanation.Topic(7, 0.281, List.of(text, "sell my solar power"))),
                List.of(new Explanation.ClusterShift(3, 0.005, 0.023, 5.5, List.of("hoover wont charge"))),
                List.of(new Explanation.SegmentShift(text, 0.5, 0.01, -0.02, true)),
                "");
        StreamReport queries = new StreamReport(
                "query_embeddings",
                Verdict.DRIFT,
                160,
                2_400,
                2,
                List.of(compared(
                        "centroid_shift",
                        0.61234,
                        0.1,
                        Map.of(CentroidShift.COSINE_DISTANCE, 0.7, CentroidShift.NOISE_FLOOR, 0.0000123))),
                "it moved",
                AT,
                text,
                List.of(new EvidenceReport("window", 0, 9)),
                explanation,
                new BaselineReport(3, AT.minus(Duration.ofDays(30)), AT.minus(Duration.ofDays(23)), 2_400),
                AT.minus(Duration.ofHours(24)));
        StreamReport documents = new StreamReport(
                "document_embeddings",
                Verdict.LEARNING,
                60,
                120,
                0,
                List.of(new Finding.Insufficient("baseline", "its baseline is learning", 60, 120, 1_000)),
                "its baseline is learning",
                AT,
                "mini");
        StreamReport refusals = new StreamReport(
                "refusals",
                Verdict.INSUFFICIENT,
                3,
                0,
                0,
                List.of(new Finding.Insufficient("refusal_rate", "the recent window has 3 rows", 3, 0, 50)),
                "the recent window has 3 rows",
                AT,
                null);
        StreamReport toxicity = new StreamReport(
                "toxicity",
                Verdict.OK,
                160,
                2_400,
                0,
                List.of(compared("toxicity_rate", 0.01, 0.02, Map.of())),
                "within its limit",
                AT,
                null,
                List.of(new EvidenceReport("limit", 0.127, 9), new EvidenceReport("baseline", 0.05, 9)),
                null,
                null,
                AT.minus(Duration.ofDays(4)));
        return new CheckReport(
                AT,
                Verdict.DRIFT,
                new ClassicMetrics(0.7, 0.1, null, null, null, null),
                List.of(queries, documents, refusals, toxicity),
                List.of(
                        new EpisodeReport(7, "query_embeddings", AT, 0.6, 0.61234, 0.1, null),
                        new EpisodeReport(6, "toxicity", AT.minusSeconds(60), 0.6, 0.1, 0.1, AT)),
                Duration.ofMillis(1250));
    }

    @Test
    void a_check_is_a_table_and_below_it_what_is_not_as_it_should_be() {
        assertThat(CheckText.of(report("how much is the fish"), new Terminal(false, true)))
                .isEqualTo(
                        """
                        Check of 2026-11-22 12:00:00 UTC: DRIFT (took 1.3 s)

                        stream               state              score   acts at  evidence   rows/before
                        query_embeddings     ▲ DRIFT           0.6123    0.1000    proven     160/2,400
                        document_embeddings  … LEARNING          120 of 1,000 rows needed        60/120
                        refusals             … INSUFFICIENT           3 of 50 rows needed           3/0
                        toxicity             ✓ OK              0.0100    0.0200      0.13     160/2,400

                        rows    since 21 Nov 2026 12:00 UTC (24 hours): query_embeddings
                                since 18 Nov 2026 12:00 UTC (4 days): toxicity
                        before  23 Oct 2026 12:00 to 30 Oct 2026 12:00 UTC: query_embeddings
                                collected so far: document_embeddings
                                the days of DRIFT_BASELINE_DAYS: toxicity

                        query_embeddings: DRIFT
                          it moved
                          cosine distance 0.7000, of which noise alone would give 1.2e-05
                          2 rows cannot be used
                          embedding model: how much is the fish
                          about 20.0 % of the rows are not as before
                          new, 28.1 % of the novel rows:
                            - how much is the fish
                            - sell my solar power
                          more, from 0.5 % to 2.3 %:
                            - hoover wont charge
                          segment how much is the fish: 50.0 % of the rows, adds 1.0 % by its share and
                          -2.0 % by its own rows, certain

                        document_embeddings: its baseline is learning

                        refusals: the recent window has 3 rows

                        Episode 7 of query_embeddings: open since 2026-11-22 12:00:00 UTC
                        Episode 6 of toxicity: opened 2026-11-22 11:59:00 UTC, closed 2026-11-22
                        12:00:00 UTC
                        """);
    }

    private static String textOf(StreamReport stream) {
        return CheckText.of(
                new CheckReport(
                        AT,
                        stream.verdict(),
                        new ClassicMetrics(null, null, null, null, null, null),
                        List.of(stream),
                        List.of(),
                        Duration.ofSeconds(1)),
                new Terminal(false, true));
    }

    @Test
    void a_value_beyond_its_limit_is_not_simply_fine_where_evidence_is_missing() {
        StreamReport feedback = new StreamReport(
                "feedback",
                Verdict.OK,
                203,
                746,
                0,
                List.of(compared("feedback_drop", 0.0927, 0.05, Map.of())),
                "beyond its limit, evidence 0.19 of what an alarm needs",
                AT,
                null,
                List.of(new EvidenceReport("baseline", 0.19, 9)),
                null,
                null,
                AT.minus(Duration.ofDays(4)));

        assertThat(textOf(feedback))
                .contains("feedback             ✓ OK, unproven    0.0927    0.0500      0.19       203/746\n")
                .endsWith("\n\nfeedback: beyond its limit, evidence 0.19 of what an alarm needs\n");
    }

    @Test
    void streams_that_were_never_logged_are_one_line() {
        StreamReport feedback = new StreamReport(
                "feedback",
                Verdict.INSUFFICIENT,
                0,
                0,
                0,
                List.of(new Finding.Insufficient("feedback_drop", "no score", 0, 0, 50)),
                "no score",
                null,
                null);
        StreamReport coverage = new StreamReport(
                "coverage", Verdict.INSUFFICIENT, 0, 0, 0, feedback.findings(), "no retrieval", null, null);
        CheckReport whole = report("a");
        CheckReport more = new CheckReport(
                whole.at(),
                whole.verdict(),
                whole.classic(),
                Stream.concat(whole.streams().stream(), Stream.of(feedback, coverage))
                        .toList(),
                whole.episodes(),
                whole.took());

        assertThat(CheckText.of(more, new Terminal(false, true)))
                .isEqualTo(CheckText.of(whole, new Terminal(false, true))
                        .replace(": toxicity\n\nquery", ": toxicity\n\nnot logged: feedback, coverage\n\nquery"));
        assertThat(textOf(coverage))
                .endsWith("\n\nNo row of any stream was found: is the application logging into this database?\n"
                        + "not logged: coverage\n");
    }

    @Test
    void a_stream_that_could_not_be_read_is_not_said_to_be_without_rows() {
        StreamReport lost =
                new StreamReport("feedback", Verdict.INSUFFICIENT, 0, 0, 0, List.of(), "reading failed", null, null);

        assertThat(textOf(lost)).contains("feedback: reading failed").doesNotContain("not logged");
    }

    @Test
    void rows_enough_of_too_short_a_time_are_not_told_as_rows_that_lack() {
        StreamReport queries = new StreamReport(
                "query_embeddings",
                Verdict.LEARNING,
                900,
                1_700,
                0,
                List.of(new Finding.Insufficient("baseline", "it needs a week", 900, 1_700, 1_000)),
                "it needs a week",
                AT,
                "mini");

        assertThat(textOf(queries))
                .contains("query_embeddings     … LEARNING          rows of more time needed     900/1,700\n");
    }

    @Test
    void colours_change_nothing_but_the_colour() {
        String plain = CheckText.of(report("a"), new Terminal(false, true));
        String coloured = CheckText.of(report("a"), new Terminal(true, true));

        assertThat(coloured).contains("\u001B[1;31m▲ DRIFT       \u001B[0m", "\u001B[32m✓ OK");
        assertThat(coloured.replaceAll("\u001B\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    @Test
    void a_terminal_without_unicode_gets_ascii_alone() {
        String text = CheckText.of(report("schön"), new Terminal(false, false));

        assertThat(text).matches("[\\x20-\\x7E\n]*").contains("* DRIFT", "+ OK", ". LEARNING", "sch?n");
    }

    @Test
    void what_others_wrote_cannot_steer_the_terminal_or_break_the_page() {
        for (Terminal terminal : List.of(new Terminal(true, true), new Terminal(false, false))) {
            String text = CheckText.of(report(HOSTILE), terminal).replaceAll("\u001B\\[[0-9;]*m", "");

            assertThat(text).doesNotContain("\u001B", "\u0007", "\u202E").contains("]0;owned", "gnp.exe");
            assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
            assertThat(text.replaceAll("[^x]", "")).contains("x".repeat(3 * 200));
        }
    }
}
