package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.KOfN;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.EpisodeReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DriftEpisodesTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration STEP = Duration.ofMinutes(15);

    private final FixedClock clock = new FixedClock(START);
    private final RawRows rows = new RawRows(db);
    private CollectorRegistry registry = new CollectorRegistry();

    @BeforeEach
    void reset() {
        db.reset();
    }

    private static MonitorConfigBuilder settings() {
        return MonitorConfig.builder().embeddingDim(4).detection(Detection.THRESHOLD);
    }

    private DriftMonitor monitor(MonitorConfig config) {
        registry = new CollectorRegistry();
        return DriftMonitor.builder(db.pool())
                .config(config)
                .clock(clock)
                .registry(registry)
                .build();
    }

    private DriftMonitor monitor() {
        return monitor(settings().build());
    }

    private void refusals(int flagged, int of) {
        rows.interactions(of, clock.instant().minus(DAY), DAY, i -> i < flagged, i -> false, i -> null);
    }

    private void queries(Instant at, int axis) {
        rows.embeddings(100, at.minus(WEEK), WEEK, "query", 4, axis, "m1");
    }

    private static Verdict verdict(CheckReport report, String stream) {
        return stream(report, stream).verdict();
    }

    private static StreamReport stream(CheckReport report, String stream) {
        return report.streams().stream()
                .filter(each -> each.stream().equals(stream))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void drift_that_lasts_for_20_checks_and_a_restart_acts_once() {
        refusals(20, 100);
        DriftMonitor monitor = monitor();
        for (int check = 0; check < 20; check++) {
            if (check == 10) {
                monitor.close();
                monitor = monitor();
            }
            CheckReport report = monitor.checkOnce();

            assertThat(verdict(report, "refusals")).isEqualTo(Verdict.DRIFT);
            assertThat(report.episodes()).hasSize(1).allMatch(EpisodeReport::open);
            assertThat(registry.getSampleValue("refusal_rate")).isEqualTo(0.2);
            assertThat(registry.getSampleValue(
                            "retrain_events_total", new String[] {"reason"}, new String[] {"high_refusal_rate"}))
                    .isEqualTo(1.0);
            assertThat(registry.getSampleValue(
                            "drift_episode_active", new String[] {"stream"}, new String[] {"refusals"}))
                    .isEqualTo(1.0);
            clock.advance(STEP);
        }

        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM drift_actions WHERE state = 'SUCCEEDED' AND attempts = 1"))
                .isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'model_retrain'"))
                .isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM model_versions WHERE NOT active"))
                .isEqualTo(1);
        assertThat(db.value("SELECT model_name || ' ' || source || ' ' || notes FROM model_versions"))
                .isEqualTo("retrain_" + START.getEpochSecond() + " high_refusal_rate {\"refusal_rate\": 0.2}");
    }

    @Test
    void streams_that_drift_in_one_check_share_one_retraining_with_the_originals_reasons_and_keys() {
        Instant baseline = START.minus(Duration.ofDays(37));
        rows.interactions(60, baseline, WEEK, i -> false, i -> false, i -> 0.8);
        rows.interactions(100, START.minus(WEEK), WEEK, i -> i < 10, i -> i < 5, i -> 0.5);

        CheckReport report = monitor().checkOnce();

        assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(report.episodes())
                .extracting(EpisodeReport::stream)
                .containsExactly("refusals", "toxicity", "feedback");
        assertThat(db.value("SELECT details::text FROM drift_events WHERE kind = 'model_retrain'"))
                .isEqualTo("{\"details\": {\"drop_amount\": 0.3, \"refusal_rate\": 0.1, \"toxicity_rate\": 0.05,"
                        + " \"recent_accuracy\": 0.5, \"baseline_accuracy\": 0.8}, \"reasons\":"
                        + " [\"high_refusal_rate\", \"high_toxicity_rate\", \"accuracy_drop\"]}");
        assertThat(db.value("SELECT reason FROM drift_actions"))
                .isEqualTo("high_refusal_rate & high_toxicity_rate & accuracy_drop");
        assertThat(db.count("SELECT count(*) FROM drift_actions")).isEqualTo(1);
        assertThat(db.count("SELECT count(DISTINCT event_id) FROM drift_episodes"))
                .isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM drift_action_episodes")).isEqualTo(3);
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE action_taken IS NULL AND episode_id IS NOT NULL"))
                .isEqualTo(1);
    }

    @Test
    void a_second_stream_that_drifts_later_opens_its_own_episode_and_action() {
        queries(START.minus(Duration.ofDays(30)), 0);
        queries(START, 1);
        DriftMonitor monitor = monitor();

        CheckReport first = monitor.checkOnce();
        clock.advance(STEP);
        refusals(20, 100);
        CheckReport second = monitor.checkOnce();

        assertThat(first.episodes()).extracting(EpisodeReport::stream).containsExactly("query_embeddings");
        assertThat(second.episodes()).extracting(EpisodeReport::stream).containsExactly("query_embeddings", "refusals");
        assertThat(db.value("SELECT string_agg(kind || ':' || reason, ', ' ORDER BY id) FROM drift_actions"))
                .isEqualTo("reindex:embedding_drift, retrain:high_refusal_rate");
        assertThat(registry.getSampleValue("reindex_events_total")).isEqualTo(1.0);
        assertThat(
                        db.value(
                                """
                        SELECT (SELECT string_agg(key, ',' ORDER BY key) FROM jsonb_object_keys(details) key)
                        FROM drift_events WHERE kind = 'embedding_drift'
                        """))
                .isEqualTo("drift_score,threshold,variance_change");
    }

    @Test
    void an_episode_ends_below_80_percent_of_its_threshold_and_resolves_its_event() {
        refusals(20, 100);
        DriftMonitor monitor = monitor();
        monitor.checkOnce();
        clock.advance(STEP);
        refusals(0, 335); // 20 of 435: .046, below the limit of .05 but not below .04
        CheckReport between = monitor.checkOnce();
        clock.advance(STEP);
        refusals(0, 200); // 20 of 635: .031
        CheckReport recovered = monitor.checkOnce();
        clock.advance(STEP);
        CheckReport after = monitor.checkOnce();

        assertThat(verdict(between, "refusals")).isEqualTo(Verdict.WARN);
        assertThat(between.episodes()).singleElement().matches(EpisodeReport::open);
        assertThat(verdict(recovered, "refusals")).isEqualTo(Verdict.OK);
        assertThat(recovered.episodes()).singleElement().matches(episode -> !episode.open());
        assertThat(after.episodes()).isEmpty();
        assertThat(
                        db.value(
                                "SELECT resolved_at = TIMESTAMPTZ '2026-03-01T12:30:00Z' FROM drift_events WHERE kind = 'model_retrain'"))
                .isEqualTo("t");
        assertThat(db.count("SELECT count(*) FROM drift_episodes WHERE closed_at IS NULL"))
                .isZero();
    }

    @Test
    void a_shared_event_is_resolved_when_its_last_episode_ends() {
        rows.interactions(100, START.minus(DAY), DAY, i -> i < 6, i -> i < 20, i -> null);
        DriftMonitor monitor = monitor();
        monitor.checkOnce();
        clock.advance(STEP);
        refusals(0, 200); // refusals .02; toxicity 20 of 300: still beyond .02
        CheckReport report = monitor.checkOnce();

        assertThat(report.episodes())
                .extracting(EpisodeReport::stream, EpisodeReport::open)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("refusals", false),
                        org.assertj.core.groups.Tuple.tuple("toxicity", true));
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE resolved_at IS NOT NULL"))
                .isZero();
    }

    @Test
    void two_of_three_checks_must_agree_when_told_so_over_a_restart_too() {
        refusals(20, 100);
        MonitorConfig config = settings().confirm(new KOfN(2, 3)).build();
        CheckReport first = monitor(config).checkOnce();
        clock.advance(STEP);
        CheckReport second = monitor(config).checkOnce();

        assertThat(verdict(first, "refusals")).isEqualTo(Verdict.WARN);
        assertThat(stream(first, "refusals").reason()).contains("2 of 3 checks");
        assertThat(first.episodes()).isEmpty();
        assertThat(verdict(second, "refusals")).isEqualTo(Verdict.DRIFT);
        assertThat(second.episodes()).hasSize(1);
    }

    @Test
    void a_changed_embedding_model_resets_the_baseline_and_is_no_drift() {
        rows.embeddings(100, START.minus(Duration.ofDays(37)), WEEK, "query", 4, 0, "old");
        rows.embeddings(100, START.minus(WEEK), WEEK, "query", 6, 1, "new");

        StreamReport queries = stream(monitor().checkOnce(), "query_embeddings");

        assertThat(queries.verdict()).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(queries.reason())
                .startsWith(
                        "embedding model changed from 'old' (4 dimensions) to 'new' (6 dimensions): baseline reset");
        assertThat(queries.embeddingModel()).isEqualTo("new");
        assertThat(registry.getSampleValue("embedding_drift_score")).isNull();
    }

    @Test
    void a_few_rows_of_another_model_do_not_hide_the_drift_of_the_one_in_use() {
        rows.embeddings(100, START.minus(Duration.ofDays(37)), WEEK, "query", 4, 0, "m1");
        rows.embeddings(100, START.minus(WEEK), WEEK, "query", 4, 1, "m1");
        rows.embeddings(3, START.minus(Duration.ofMinutes(10)), Duration.ofMinutes(5), "query", 4, 2, "trial");

        assertThat(verdict(monitor().checkOnce(), "query_embeddings")).isEqualTo(Verdict.DRIFT);
    }

    @Test
    void an_open_episode_ends_when_the_embedding_model_changes() {
        queries(START.minus(Duration.ofDays(30)), 0);
        queries(START, 1);
        DriftMonitor monitor = monitor();
        monitor.checkOnce();
        clock.advance(STEP);
        rows.embeddings(100, clock.instant().minus(STEP), STEP, "query", 4, 1, "m2");
        CheckReport report = monitor.checkOnce();

        assertThat(verdict(report, "query_embeddings")).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(report.episodes()).singleElement().matches(episode -> !episode.open());
        assertThat(db.value("SELECT details ->> 'closed_because' FROM drift_episodes"))
                .isEqualTo("the embedding model changed");
    }

    @Test
    void documents_and_responses_are_watched_as_well_and_share_one_reindexing() {
        for (String type : List.of("doc", "response")) {
            rows.embeddings(60, START.minus(Duration.ofDays(37)), WEEK, type, 4, 0, null);
            rows.embeddings(60, START.minus(WEEK), WEEK, type, 4, 1, null);
        }

        CheckReport report = monitor().checkOnce();

        assertThat(verdict(report, "document_embeddings")).isEqualTo(Verdict.DRIFT);
        assertThat(verdict(report, "response_embeddings")).isEqualTo(Verdict.DRIFT);
        assertThat(verdict(report, "query_embeddings")).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(db.count("SELECT count(*) FROM drift_actions WHERE kind = 'reindex'"))
                .isEqualTo(1);
        assertThat(
                        db.value(
                                "SELECT string_agg(details ->> 'stream', ',' ORDER BY id) FROM drift_events WHERE kind = 'embedding_drift'"))
                .isEqualTo("document_embeddings,response_embeddings");
        assertThat(report.classic().embeddingDriftScore()).isNull();
    }

    @Test
    void a_stream_that_fell_silent_is_stale_and_keeps_its_episode() {
        rows.interactions(200, START.minus(WEEK), WEEK, i -> true, i -> false, i -> null);
        DriftMonitor monitor = monitor();
        monitor.checkOnce();
        clock.advance(Duration.ofHours(30));
        CheckReport report = monitor.checkOnce();

        assertThat(verdict(report, "refusals")).isEqualTo(Verdict.STALE);
        assertThat(report.verdict()).isEqualTo(Verdict.STALE);
        assertThat(stream(report, "refusals").reason()).contains("no row since").contains("still logging");
        assertThat(report.episodes()).singleElement().matches(EpisodeReport::open);
    }

    @Test
    void too_few_rows_are_insufficient_with_how_many_are_missing_and_the_gauge_is_still_there() {
        refusals(20, 49);

        CheckReport report = monitor().checkOnce();

        assertThat(verdict(report, "refusals")).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(stream(report, "refusals").reason())
                .isEqualTo("the recent window has 49 interactions with a known flag, 50 are needed");
        assertThat(registry.getSampleValue("refusal_rate")).isEqualTo(20.0 / 49);
        assertThat(registry.getSampleValue(
                        "drift_state", new String[] {"stream", "state"}, new String[] {"refusals", "insufficient"}))
                .isEqualTo(1.0);
        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isZero();
    }
}
