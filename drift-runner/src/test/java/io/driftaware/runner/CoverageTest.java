package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether the documents cover what is asked, by what the application's own retrieval found. */
class CoverageTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration QUARTER = Duration.ofMinutes(15);

    private final FixedClock clock = new FixedClock(NOW);
    private final Random random = new Random(5);
    private final DriftMonitor monitor = monitor(MonitorConfig.builder());

    private DriftMonitor monitor(MonitorConfigBuilder config) {
        return DriftMonitor.builder(db.pool())
                .config(config.embeddingDim(TopicTraffic.DIMENSION).build())
                .clock(clock)
                .build();
    }

    @BeforeEach
    void usualTraffic() {
        db.reset();
        log(2_000, daysAgo(36), DAY.multipliedBy(5), i -> usual());
    }

    @Test
    void scores_that_fall_call_for_a_new_index_once() {
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> usual());
        assertThat(coverage(monitor.checkOnce()).verdict()).isEqualTo(Verdict.OK);

        int drifted = 0;
        for (int check = 0; check < 96; check++) {
            log(10, clock.instant(), QUARTER, i -> found(0.6));
            clock.advance(QUARTER);
            drifted += coverage(monitor.checkOnce()).verdict() == Verdict.DRIFT ? 1 : 0;
        }

        assertThat(drifted).as("checks in drift of a day's 96").isBetween(80, 96);
        assertThat(db.value("SELECT string_agg(stream || ' ' || hypothesis, ', ') FROM drift_episodes"))
                .isEqualTo("coverage baseline");
        assertThat(db.value("SELECT string_agg(kind || ' ' || reason, ', ') FROM drift_actions"))
                .isEqualTo("reindex coverage_drop");
        assertThat(db.value("SELECT kind FROM drift_events WHERE episode_id IS NOT NULL"))
                .isEqualTo("coverage_drop");
        assertThat(db.value("SELECT (details ->> 'uncovered_rate')::numeric > (details ->> 'baseline_rate')::numeric"
                        + " AND details -> 'threshold' IS NOT NULL FROM drift_events WHERE episode_id IS NOT NULL"))
                .isEqualTo("t");
        assertThat(db.value("SELECT count(*) FROM drift_monitor_state WHERE key LIKE 'dispatched:reindex%'"))
                .isEqualTo("1");
    }

    @Test
    void a_seventh_of_the_queries_without_a_hit_is_drift_at_the_first_look_and_is_explained_by_them() {
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> chance(0.15) ? nothing() : usual());

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(coverage.findings()).singleElement().isInstanceOfSatisfying(Finding.Compared.class, found -> {
            assertThat(found.detector()).isEqualTo("uncovered_rate_rise");
            assertThat(found.exceeded()).isTrue();
            // 4 to 6 % as before, and 15 %; five standard errors of some 200 rows are 13 points.
            assertThat(found.details().get("uncovered_rate")).isBetween(0.07, 0.33);
            assertThat(found.details().get("baseline_rate")).isBetween(0.02, 0.07);
            assertThat(found.details().get("score_edge")).isBetween(0.5, 0.7);
            assertThat(found.details()).containsKeys("without_hit", "mean_top_score", "minimum_detectable");
        });
        assertThat(coverage.explanation()).isNotNull().satisfies(found -> {
            assertThat(found.topics()).singleElement().satisfies(topic -> assertThat(topic.examples())
                    .hasSize(5)
                    .allMatch(query -> query.startsWith("nothing for ")));
            assertThat(found.note()).startsWith("no document near: no hit, or a best score below 0.");
        });
        assertThat(db.value("SELECT kind FROM drift_actions")).isEqualTo("reindex");
    }

    @Test
    void an_application_that_logs_hits_alone_is_watched_by_them() {
        db.reset();
        log(2_000, daysAgo(36), DAY.multipliedBy(5), i -> chance(0.02) ? nothing() : new Found("q", null, 3));
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> chance(0.15) ? nothing() : new Found("q", null, 3));

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(coverage.explanation()).isNotNull().satisfies(found -> assertThat(found.note())
                .isEqualTo("no document near: no hit"));
    }

    @Test
    void thirty_days_like_those_before_are_silent() {
        Duration interval = Duration.ofHours(3);
        DriftMonitor eightADay = monitor(MonitorConfig.builder().checkInterval(interval));
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> usual());
        for (int check = 0; check < 30 * 8; check++) {
            log(24, clock.instant(), interval, i -> usual());
            clock.advance(interval);
            assertThat(coverage(eightADay.checkOnce()).verdict())
                    .as("check %d", check)
                    .isIn(Verdict.OK, Verdict.WARN);
        }

        assertThat(db.value("SELECT count(*) FROM drift_episodes")).isEqualTo("0");
        assertThat(db.value("SELECT count(DISTINCT hypothesis) FROM drift_evidence WHERE stream = 'coverage'"))
                .isEqualTo("2");
        assertThat(
                        db.value(
                                "SELECT sum((counts.value ->> 1)::int) FROM drift_evidence,"
                                        + " jsonb_each(deltas -> 'counts') AS counts"
                                        + " WHERE stream = 'coverage' AND hypothesis = 'baseline' AND checked_at > '2026-03-04T15:00Z'"))
                .as("the 24 rows of every check after the first count once")
                .isEqualTo(String.valueOf(24 * (30 * 8 - 1)));
    }

    /** Sixty questions in ten minutes for what is not there, a fifth of the day: one person who tries again and again. */
    @Test
    void a_burst_of_one_session_is_no_drift() {
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> usual());
        monitor.checkOnce();
        log(60, clock.instant(), Duration.ofMinutes(10), i -> nothing());
        db.execute("UPDATE interaction_log SET session_id = 's-1' WHERE timestamp >= '" + clock.instant() + "'");
        for (int hour = 0; hour < 26; hour++) {
            log(10, clock.instant(), Duration.ofHours(1), i -> usual());
            clock.advance(Duration.ofHours(1));
            StreamReport coverage = coverage(monitor.checkOnce());
            assertThat(coverage.verdict()).as(coverage.reason()).isNotEqualTo(Verdict.DRIFT);
        }
        assertThat(db.count("SELECT count(*) FROM drift_evidence WHERE stream = 'coverage' AND hypothesis = 'window'"))
                .as("the daily test has seen the burst")
                .isEqualTo(2);
    }

    @Test
    void an_application_that_logs_no_retrieval_has_no_coverage_and_nothing_is_said_of_it() {
        db.reset();
        log(1_000, daysAgo(36), DAY.multipliedBy(5), i -> new Found("q", null, null));
        log(300, daysAgo(7), DAY.multipliedBy(7), i -> new Found("q", null, null));

        CheckReport report = monitor.checkOnce();

        assertThat(coverage(report).verdict()).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(coverage(report).reason())
                .isEqualTo("no interaction has a retrieval_top_score or retrieval_hits, 50 are needed");
        assertThat(coverage(report).lastRow()).isNull();
        assertThat(coverage(report).evidence()).isEmpty();
        assertThat(report.verdict()).isEqualTo(Verdict.OK);
        assertThat(db.value("SELECT count(*) FROM drift_profiles WHERE stream = 'coverage'"))
                .isEqualTo("0");
    }

    @Test
    void its_baseline_is_learning_at_first_and_says_how_many_rows_are_missing() {
        db.reset();
        log(120, daysAgo(1), DAY, i -> usual());

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.verdict()).isEqualTo(Verdict.LEARNING);
        assertThat(coverage.reason()).contains("120 of 1000 rows collected");
    }

    @Test
    void a_log_of_one_moment_gives_no_baseline_and_says_why() {
        db.reset();
        log(1_500, daysAgo(35), Duration.ofMinutes(5), i -> usual());

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.reason()).contains("nearly all lie in one quarter of an hour");
        assertThat(coverage.findings()).isNotEmpty();
    }

    @Test
    void scores_outside_0_to_1_are_counted_and_kept_out() {
        log(400, daysAgo(6), DAY.multipliedBy(6), i -> i % 4 == 0 ? new Found("q", 1.5f + i, null) : usual());

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.rejectedRows()).isEqualTo(100);
        assertThat(coverage.verdict()).isEqualTo(Verdict.OK);
        assertThat(coverage.recentSamples()).as("of 400").isBetween(200L, 300L);
    }

    @Test
    void scores_of_another_scale_leave_the_hits_to_watch() {
        db.reset();
        log(2_000, daysAgo(36), DAY.multipliedBy(5), i -> chance(0.02) ? nothing() : new Found("q", 12.5f, 3));
        log(1_000, daysAgo(7), DAY.multipliedBy(7), i -> chance(0.02) ? nothing() : new Found("q", 9.5f, 3));
        assertThat(coverage(monitor.checkOnce()).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void rows_that_come_late_count_once_and_where_they_belong() {
        log(700, daysAgo(7), DAY.multipliedBy(7), i -> usual());
        monitor.checkOnce();
        String rows = "SELECT sum(row_count) FROM drift_profiles WHERE stream = 'coverage' AND segment = ''";
        assertThat(db.value(rows)).isEqualTo("2700");

        log(60, daysAgo(3), QUARTER, i -> nothing());
        for (int check = 0; check < 2; check++) {
            clock.advance(QUARTER);
            monitor.checkOnce();
            assertThat(db.value(rows)).isEqualTo("2760");
        }

        assertThat(db.value("SELECT row_count FROM drift_profiles WHERE stream = 'coverage' AND segment = ''"
                        + " AND bucket_start = '2026-03-01T12:00Z'"))
                .as("60 and what was there")
                .isEqualTo(db.value("SELECT count(*) FROM interaction_log WHERE timestamp >= '2026-03-01T12:00Z'"
                        + " AND timestamp < '2026-03-01T12:15Z'"));
        assertThat(db.value("SELECT count(*) FROM drift_evidence WHERE stream = 'coverage'"
                        + " AND hypothesis = 'baseline' AND checked_at > '2026-03-04T12:00Z'"))
                .as("no check was fed a row of three days ago")
                .isEqualTo("0");
    }

    @Test
    void queries_that_move_while_the_retrieval_finds_what_it_did_are_for_people_first() {
        topics(i -> usual());

        CheckReport report = monitor.checkOnce();

        assertThat(coverage(report).verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "query_embeddings").reason())
                .contains("the retrieval finds documents as near to the queries as before");
        assertThat(db.value("SELECT string_agg(kind || ' ' || reason, ', ') FROM drift_actions"))
                .isEqualTo("notify embedding_drift");
    }

    @Test
    void hits_alone_do_not_say_how_near_the_documents_are() {
        topics(i -> usual());
        db.execute("UPDATE interaction_log SET retrieval_top_score = NULL");

        CheckReport report = monitor.checkOnce();

        assertThat(coverage(report).verdict()).isEqualTo(Verdict.OK);
        assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(stream(report, "query_embeddings").reason()).doesNotContain("the retrieval finds");
        assertThat(db.value("SELECT string_agg(kind || ' ' || reason, ', ') FROM drift_actions"))
                .isEqualTo("reindex embedding_drift");
    }

    @Test
    void queries_that_move_away_from_the_documents_call_for_one_new_index() {
        topics(i -> i % 5 == 0 ? found(0.4) : usual());

        CheckReport report = monitor.checkOnce();

        assertThat(coverage(report).verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(stream(report, "query_embeddings").reason())
                .contains("more of the queries than before find no document near them");
        assertThat(db.value("SELECT string_agg(kind || ' ' || reason, ', ') FROM drift_actions"))
                .isEqualTo("reindex embedding_drift & coverage_drop");
        assertThat(db.value(
                        "SELECT string_agg(kind, ' ' ORDER BY kind) FROM drift_events WHERE episode_id IS NOT NULL"))
                .isEqualTo("coverage_drop embedding_drift");
    }

    @Test
    void scores_that_fall_with_another_embedding_model_are_for_people_first() {
        TopicTraffic traffic = new TopicTraffic(db, 20, 11);
        traffic.log(200, daysAgo(36), DAY.multipliedBy(5), i -> i % 20, i -> false, i -> null);
        traffic.changeModel("another");
        traffic.log(200, daysAgo(2), DAY.multipliedBy(2), i -> i % 20, i -> false, i -> null);
        log(1_000, daysAgo(2), DAY.multipliedBy(2), i -> found(0.5));

        StreamReport coverage = coverage(monitor.checkOnce());

        assertThat(coverage.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(coverage.reason()).contains("the embedding model of the queries has changed");
        assertThat(db.value("SELECT kind FROM drift_actions")).isEqualTo("notify");
    }

    @Test
    void an_accepted_baseline_is_the_new_normal() {
        log(2_000, daysAgo(7), DAY.multipliedBy(7), i -> found(0.6));
        assertThat(coverage(monitor.checkOnce()).verdict()).isEqualTo(Verdict.DRIFT);

        new BaselineAdmin(db.dataSource(), MonitorConfig.defaults(), clock).accept("coverage", daysAgo(7), daysAgo(2));
        clock.advance(QUARTER);

        assertThat(coverage(monitor.checkOnce()).verdict()).isEqualTo(Verdict.OK);
        assertThat(db.value("SELECT details ->> 'closed_because' FROM drift_episodes"))
                .matches("baseline [0-9]+ was accepted");
    }

    @Test
    void a_look_at_the_limits_alone_says_that_coverage_has_none() {
        log(400, daysAgo(7), DAY.multipliedBy(7), i -> usual());

        List<StreamReport> looks = List.of(
                coverage(monitor.previewAt(NOW)),
                coverage(monitor(MonitorConfig.builder().detection(Detection.THRESHOLD))
                        .checkOnce()));

        assertThat(looks).allSatisfy(look -> {
            assertThat(look.verdict()).isEqualTo(Verdict.INSUFFICIENT);
            assertThat(look.reason()).startsWith("coverage has no limit of its own");
            assertThat(look.recentSamples()).isEqualTo(400);
            assertThat(look.baselineSamples()).isEqualTo(2_000);
        });
    }

    /** New topics in a fifth of the queries, with what the retrieval found for each. */
    private void topics(By found) {
        db.reset();
        TopicTraffic traffic = new TopicTraffic(db, 23, 11);
        traffic.log(2_000, daysAgo(36), DAY.multipliedBy(5), i -> random.nextInt(20), i -> false, i -> null);
        traffic.log(
                1_000,
                daysAgo(7),
                DAY.multipliedBy(7),
                i -> i % 5 == 0 ? 20 + random.nextInt(3) : random.nextInt(20),
                i -> false,
                i -> null);
        db.execute(
                "UPDATE interaction_log SET retrieval_hits = 5, retrieval_top_score = 0.55 + 0.4 * ((id * 7919) % 1000)"
                        + " / 1000.0");
        try (Connection connection = db.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE interaction_log SET retrieval_top_score = ? WHERE user_query LIKE ?")) {
            for (int topic = 20; topic < 23; topic++) {
                Found of = found.of(0);
                statement.setObject(1, of.topScore(), Types.REAL);
                statement.setString(2, "% topic " + topic);
                statement.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Found(String query, Float topScore, Integer hits) {}

    private interface By {
        Found of(int i);
    }

    private void log(int count, Instant from, Duration over, By found) {
        try (Connection connection = db.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        INSERT INTO interaction_log (timestamp, user_query, refusal_flag, toxicity_flag,
                                                     retrieval_top_score, retrieval_hits)
                        VALUES (?, ?, false, false, ?, ?)
                        """)) {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                Found one = found.of(i);
                statement.setObject(
                        1, from.plus(over.multipliedBy(i).dividedBy(count)).atOffset(ZoneOffset.UTC));
                statement.setString(2, one.query());
                statement.setObject(3, one.topScore(), Types.REAL);
                statement.setObject(4, one.hits(), Types.INTEGER);
                statement.addBatch();
            }
            statement.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Found usual() {
        return chance(0.01) ? nothing() : found(0.75);
    }

    private Found found(double mean) {
        double score = Math.max(0, Math.min(1, mean + 0.08 * random.nextGaussian()));
        return new Found("question " + random.nextInt(1_000), (float) score, 5);
    }

    private Found nothing() {
        return new Found("nothing for " + random.nextInt(1_000), null, 0);
    }

    private boolean chance(double share) {
        return random.nextDouble() < share;
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(DAY.multipliedBy(days));
    }

    private static StreamReport coverage(CheckReport report) {
        return stream(report, "coverage");
    }

    private static StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
