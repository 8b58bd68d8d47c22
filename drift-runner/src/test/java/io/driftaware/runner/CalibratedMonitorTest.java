package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CalibratedMonitorTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final int KNOWN_TOPICS = 20;

    private final FixedClock clock = new FixedClock(NOW);
    private final Random random = new Random(7);
    private final TopicTraffic traffic = new TopicTraffic(db, KNOWN_TOPICS + 3, 11);
    private final DriftMonitor monitor = DriftMonitor.builder(db.pool())
            .config(MonitorConfig.builder().embeddingDim(TopicTraffic.DIMENSION).build())
            .clock(clock)
            .build();

    @BeforeEach
    void usualTraffic() {
        db.reset();
        traffic.log(
                2_000,
                NOW.minus(DAY.multipliedBy(36)),
                DAY.multipliedBy(5),
                i -> known(),
                i -> chance(0.02),
                i -> score(0.8));
    }

    @Test
    void new_topics_are_drift_at_the_first_look() {
        traffic.log(
                700,
                NOW.minus(DAY.multipliedBy(7)),
                DAY.multipliedBy(7),
                i -> chance(0.15) ? KNOWN_TOPICS + i % 3 : known(),
                i -> chance(0.02),
                i -> score(0.8));

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(stream(report, "query_embeddings").explanation()).isNotNull().satisfies(found -> {
            assertThat(found.driftedShare()).isBetween(0.08, 0.25);
            assertThat(found.topics())
                    .hasSize(3)
                    .allSatisfy(topic -> assertThat(topic.examples())
                            .allMatch(text -> text.matches("question [0-9]+ about topic 2[012]")))
                    .extracting(topic -> topic.examples().get(0).replaceAll(".* ", ""))
                    .containsExactlyInAnyOrder("20", "21", "22");
            assertThat(found.note()).isEmpty();
        });
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "feedback").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void the_same_traffic_as_before_is_no_drift() {
        traffic.log(
                700,
                NOW.minus(DAY.multipliedBy(7)),
                DAY.multipliedBy(7),
                i -> known(),
                i -> chance(0.02),
                i -> score(0.8));

        CheckReport report = monitor.checkOnce();
        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "feedback").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void a_count_of_recent_rows_says_since_when_it_counts() {
        clock.advance(Duration.ofMinutes(20));
        traffic.log(700, daysAgo(7), DAY.multipliedBy(7), i -> known(), i -> chance(0.02), i -> score(0.8));

        CheckReport report = monitor.checkOnce();

        assertThat(report.streams())
                .filteredOn(stream -> stream.verdict() == Verdict.OK)
                .extracting(StreamReport::stream)
                .containsExactly("query_embeddings", "refusals", "toxicity", "feedback");
        report.streams().stream()
                .filter(stream -> stream.verdict() == Verdict.OK)
                .forEach(stream -> {
                    String rows =
                            switch (stream.stream()) {
                                case "query_embeddings" -> "embeddings_log WHERE timestamp";
                                case "feedback" -> "feedback_scores WHERE score IS NOT NULL AND interaction_time";
                                default -> "interaction_log WHERE timestamp";
                            };
                    assertThat(stream.recentSamples())
                            .as(stream.stream() + " since " + stream.recentFrom())
                            .isBetween(200L, 210L)
                            .isEqualTo(db.count("SELECT count(*) FROM " + rows + " >= '" + stream.recentFrom() + "'"));
                });
        assertThat(monitor.previewAt(clock.instant()).streams())
                .extracting(StreamReport::recentFrom)
                .containsOnly(clock.instant().minus(DAY.multipliedBy(7)));
    }

    /** Three times as many as before, and still within the limit of 5 %. */
    @Test
    void a_rate_beyond_what_is_usual_is_unproven_also_within_its_limit_and_the_reason_tells_the_most_evidence() {
        db.reset();
        traffic.log(2_000, daysAgo(36), DAY.multipliedBy(5), i -> known(), i -> i % 100 == 0, i -> score(0.8));
        traffic.log(200, daysAgo(4), DAY.multipliedBy(4), i -> known(), i -> i % 30 == 0, i -> score(0.8));

        StreamReport refusals = stream(monitor.checkOnce(), "refusals");

        assertThat(refusals.verdict()).as(refusals.reason()).isEqualTo(Verdict.OK);
        assertThat(refusals.unproven()).as(refusals.reason()).isTrue();
        assertThat(refusals.reason()).startsWith("refusal_rate_rise 0.0").contains("is beyond its limit of 0.01");
        CheckReport.EvidenceReport most = refusals.evidence().stream()
                .max(Comparator.comparingDouble(CheckReport.EvidenceReport::ratio))
                .orElseThrow();
        assertThat(most.hypothesis()).isEqualTo("baseline");
        assertThat(refusals.reason())
                .contains(String.format(Locale.ROOT, "evidence %.2f of what an alarm needs (baseline)", most.ratio()));
    }

    @Test
    void the_explanation_says_which_segment_carries_the_drift() {
        db.reset();
        traffic.log(
                3_000, daysAgo(36), DAY.multipliedBy(5), i -> known(), i -> chance(0.02), i -> null, i -> segment(i));
        traffic.log(
                1_200,
                daysAgo(3),
                DAY.multipliedBy(3),
                i -> segment(i).equals("de") && chance(0.4) ? KNOWN_TOPICS + 1 : known(),
                i -> chance(0.02),
                i -> null,
                i -> segment(i));

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").explanation()).isNotNull().satisfies(found -> {
            assertThat(found.segments()).hasSize(3);
            assertThat(found.segments().get(0)).satisfies(first -> {
                assertThat(first.segment()).isEqualTo("de");
                assertThat(first.named()).isTrue();
                assertThat(first.within()).isGreaterThan(0.05);
                assertThat(Math.abs(first.mix())).isLessThan(0.02);
            });
            assertThat(found.segments().subList(1, 3)).noneMatch(Explanation.SegmentShift::named);
        });
    }

    @Test
    void a_cold_start_is_learning_and_says_how_many_rows_are_missing() {
        db.reset();
        traffic.log(120, daysAgo(1), DAY, i -> known(), i -> chance(0.02), i -> 0.8);

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.LEARNING);
        assertThat(stream(report, "query_embeddings").reason()).contains("120 of 1000 rows collected");
        assertThat(stream(report, "query_embeddings").findings())
                .singleElement()
                .isInstanceOfSatisfying(Finding.Insufficient.class, missing -> {
                    assertThat(missing.baselineSamples()).isEqualTo(120);
                    assertThat(missing.needed()).isEqualTo(1_000);
                });
        assertThat(stream(report, "feedback").verdict()).isEqualTo(Verdict.LEARNING);
        assertThat(stream(report, "feedback").reason()).contains("120 of 200 rows collected");
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "refusals").reason()).contains("its baseline is learning: 120 of 1000");
    }

    @Test
    void a_new_embedding_model_is_a_reset_and_no_drift() {
        traffic.log(300, daysAgo(7), DAY.multipliedBy(4), i -> known(), i -> false, i -> null);
        monitor.checkOnce();
        traffic.changeModel("another");
        traffic.log(300, daysAgo(2), DAY.multipliedBy(2), i -> KNOWN_TOPICS + i % 3, i -> false, i -> null);

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.LEARNING);
        assertThat(stream(report, "query_embeddings").reason())
                .contains("embedding model changed from 'toy' (32 dimensions) to 'another' (32 dimensions)")
                .contains("300 of 1000 rows collected");
        assertThat(report.episodes()).isEmpty();
    }

    @Test
    void refusals_that_rise_are_found_while_they_come_in_and_act_once() {
        traffic.log(2_000, daysAgo(7), DAY.multipliedBy(7), i -> known(), i -> chance(0.02), i -> null);
        assertThat(stream(monitor.checkOnce(), "refusals").verdict()).isEqualTo(Verdict.OK);
        int drifted = 0;
        for (int check = 0; check < 120; check++) {
            traffic.log(20, clock.instant(), Duration.ofMinutes(15), i -> known(), i -> chance(0.12), i -> null);
            clock.advance(Duration.ofMinutes(15));
            if (stream(monitor.checkOnce(), "refusals").verdict() == Verdict.DRIFT) {
                drifted++;
            }
        }

        assertThat(drifted)
                .as("checks in drift of 120, after a delay of some hours")
                .isBetween(60, 118);
        assertThat(db.value("SELECT count(*) FROM drift_episodes WHERE stream = 'refusals'"))
                .isEqualTo("1");
        assertThat(db.value("SELECT hypothesis FROM drift_episodes WHERE stream = 'refusals'"))
                .isIn("limit", "baseline");
        assertThat(db.value("SELECT count(*) FROM drift_actions")).isEqualTo("1");
        assertThat(db.value("SELECT count(*) FROM drift_evidence WHERE alarm AND stream = 'refusals'"))
                .as("every sequence of the stream begins anew, once")
                .isEqualTo("3");
    }

    @Test
    void an_accepted_baseline_is_the_new_normal() {
        traffic.log(
                2_000,
                daysAgo(7),
                DAY.multipliedBy(7),
                i -> chance(0.3) ? KNOWN_TOPICS + i % 3 : known(),
                i -> chance(0.02),
                i -> null);
        assertThat(stream(monitor.checkOnce(), "query_embeddings").verdict()).isEqualTo(Verdict.DRIFT);

        new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), clock)
                .accept("query_embeddings", daysAgo(7), daysAgo(2));
        clock.advance(Duration.ofMinutes(15));
        CheckReport after = monitor.checkOnce();

        assertThat(stream(after, "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(after, "query_embeddings").baseline().rows()).isBetween(1_400L, 1_450L);
        assertThat(db.value("SELECT details ->> 'closed_because' FROM drift_episodes"))
                .matches("baseline [0-9]+ was accepted");
        assertThat(
                        db.value(
                                "SELECT count(*) FROM drift_baselines WHERE stream = 'query_embeddings' AND retired_at IS NULL"))
                .isEqualTo("1");
    }

    @Test
    void a_young_log_gives_a_baseline_of_the_hour_that_goes_on() {
        db.reset();
        clock.advance(Duration.ofMinutes(2));
        traffic.log(
                5_200,
                NOW.minus(DAY.multipliedBy(2)),
                DAY.multipliedBy(2).plusMinutes(2),
                i -> known(),
                i -> chance(0.02),
                i -> score(0.8));

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "feedback").baseline()).isNotNull();
        assertThat(stream(report, "feedback").reason()).contains("the recent window has 0 scores");
        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void a_baseline_that_is_accepted_again_counts_no_row_twice() {
        traffic.log(700, daysAgo(7), DAY.multipliedBy(7), i -> known(), i -> chance(0.02), i -> null);
        long first = stream(monitor.checkOnce(), "query_embeddings").baseline().id();
        String scored =
                "SELECT sum(row_count) FROM drift_scored_profiles WHERE segment = '' AND bucket_seconds = 900 AND baseline_id = "
                        + first;
        String rows = db.value(scored);
        BaselineAdmin admin = new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), clock);

        admin.accept(first);
        assertThat(db.value(scored)).as("while it is in use").isEqualTo(rows);
        admin.accept("query_embeddings", daysAgo(37), daysAgo(31));
        admin.accept(first);

        assertThat(db.value(scored)).as("after another was").isEqualTo(rows);
        clock.advance(Duration.ofMinutes(15));
        CheckReport again = monitor.checkOnce();
        assertThat(stream(again, "query_embeddings").baseline().id()).isEqualTo(first);
        assertThat(stream(again, "query_embeddings").verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void what_was_only_logged_as_vectors_is_named_by_its_row() {
        db.execute("UPDATE embeddings_log SET interaction_id = NULL");
        traffic.log(
                700,
                daysAgo(7),
                DAY.multipliedBy(7),
                i -> chance(0.2) ? KNOWN_TOPICS : known(),
                i -> chance(0.02),
                i -> null);
        db.execute("UPDATE embeddings_log SET interaction_id = NULL");

        CheckReport report = monitor.checkOnce();

        assertThat(stream(report, "query_embeddings").explanation()).isNotNull().satisfies(found -> {
            assertThat(found.note()).contains("only vectors were logged");
            assertThat(found.topics().get(0).examples()).allMatch(id -> id.matches("[0-9a-f-]{36}"));
        });
    }

    @Test
    void queries_that_the_documents_still_cover_are_for_people_and_not_for_the_index() {
        newTopicsWithDocuments(KNOWN_TOPICS + 3);

        assertThat(stream(monitor.checkOnce(), "query_embeddings").reason())
                .contains("the documents are as near to the new queries as to those before");
        assertThat(db.value("SELECT kind FROM drift_actions")).isEqualTo("notify");
        assertThat(db.value("SELECT kind FROM drift_events WHERE episode_id IS NOT NULL"))
                .isEqualTo("embedding_drift");
    }

    @Test
    void queries_that_no_document_is_near_call_for_a_new_index() {
        newTopicsWithDocuments(KNOWN_TOPICS);

        assertThat(stream(monitor.checkOnce(), "query_embeddings").reason())
                .contains("of the queries have no document near them");
        assertThat(db.value("SELECT kind FROM drift_actions")).isEqualTo("reindex");
    }

    @Test
    void refusals_that_came_with_a_new_model_are_for_people_first() {
        traffic.log(700, daysAgo(7), DAY.multipliedBy(7), i -> known(), i -> chance(0.3), i -> null);
        db.execute("UPDATE interaction_log SET model_name = 'model-2' WHERE timestamp > '2026-02-27T00:00Z'");

        assertThat(stream(monitor.checkOnce(), "refusals").reason())
                .contains("it came with model model-2 since 2026-02-27");
        assertThat(db.value("SELECT kind FROM drift_actions")).isEqualTo("notify");
        assertThat(db.value("SELECT count(*) FROM drift_monitor_state WHERE key LIKE 'dispatched:%'"))
                .isEqualTo("0");
    }

    private void newTopicsWithDocuments(int documentedTopics) {
        traffic.document(documentedTopics);
        traffic.log(
                700,
                daysAgo(7),
                DAY.multipliedBy(7),
                i -> chance(0.2) ? KNOWN_TOPICS + i % 3 : known(),
                i -> chance(0.02),
                i -> null);
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(DAY.multipliedBy(days));
    }

    private static String segment(int i) {
        return i % 3 == 0 ? "de" : i % 3 == 1 ? "fr" : "us";
    }

    private int known() {
        return random.nextInt(KNOWN_TOPICS);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private Double score(double mean) {
        return random.nextDouble() < 0.3 ? (random.nextDouble() < mean ? 1.0 : 0.0) : null;
    }

    private static StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
