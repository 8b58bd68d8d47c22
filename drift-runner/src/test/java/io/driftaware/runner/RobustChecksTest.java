package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.testdb.TestDatabase;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Traffic that is odd and not new: no alarm, no failure, the right state, and a reason in words. */
class RobustChecksTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(TopicTraffic.DIMENSION);

    /** A Wednesday. */
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int KNOWN_TOPICS = 20;
    private static final int NEW_TOPIC = KNOWN_TOPICS;

    private final FixedClock clock = new FixedClock(NOW);
    private final Random random = new Random(7);
    private final TopicTraffic traffic = new TopicTraffic(db, KNOWN_TOPICS + 3, 11);
    private final DriftMonitor monitor = monitor(Detection.CALIBRATED);

    @BeforeEach
    void empty() {
        db.reset();
    }

    @Test
    void rows_that_are_written_twice_are_no_drift() {
        usualWeeks();
        assertThat(stream(calm(), "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        for (int hour = 0; hour < 24; hour++) {
            Instant from = clock.instant();
            usual(40, from, HOUR);
            db.execute(
                    """
                    INSERT INTO interaction_log (timestamp, user_query, refusal_flag, toxicity_flag, user_feedback_score)
                    SELECT timestamp, user_query, refusal_flag, toxicity_flag, user_feedback_score
                    FROM interaction_log WHERE timestamp >= '%1$s';
                    INSERT INTO embeddings_log (timestamp, type, embedding, embedding_dim, embedding_model)
                    SELECT timestamp, type, embedding, embedding_dim, embedding_model
                    FROM embeddings_log WHERE timestamp >= '%1$s'
                    """
                            .formatted(from));
            clock.advance(HOUR);
            CheckReport report = calm();
            assertThat(stream(report, "query_embeddings").verdict()).isEqualTo(Verdict.OK);
            assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.OK);
        }
    }

    /** Sixty refusals in ten minutes, a quarter of the window: one person who tries again and again. */
    @ParameterizedTest
    @ValueSource(strings = {"conversation_id", "session_id"})
    void a_burst_of_refusals_in_one_conversation_is_no_drift(String column) {
        usualWeeks();
        calm();
        traffic.log(60, clock.instant(), Duration.ofMinutes(10), i -> 3, i -> true, i -> null);
        db.execute("UPDATE interaction_log SET " + column + " = 'c-1' WHERE timestamp >= '" + clock.instant() + "'");

        goesOn(26);

        assertThat(db.value("SELECT log_e < 1 FROM drift_evidence WHERE stream = 'refusals' AND hypothesis = 'limit'"
                        + " ORDER BY checked_at OFFSET 1 LIMIT 1"))
                .as("the burst had one vote")
                .isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conversation_id", "session_id"})
    void a_burst_of_bad_ratings_in_one_conversation_is_no_drift(String column) {
        usualWeeks();
        calm();
        traffic.log(60, clock.instant(), Duration.ofMinutes(10), i -> 3, i -> false, i -> i % 5 / 20.0);
        db.execute("UPDATE interaction_log SET " + column + " = 'c-1' WHERE timestamp >= '" + clock.instant() + "'");

        goesOn(26);

        assertThat(
                        db.count(
                                """
                        SELECT sum(scores.value::int)
                        FROM (SELECT deltas -> 'scores' AS scores FROM drift_evidence
                              WHERE stream = 'feedback' AND hypothesis = 'baseline'
                              ORDER BY checked_at OFFSET 1 LIMIT 1) AS step, jsonb_each_text(step.scores) AS scores
                        """))
                .as("the burst had one vote, beside the ten of the hour")
                .isEqualTo(11);
    }

    @Test
    void an_empty_name_of_a_session_is_none_and_each_row_votes() {
        usualWeeks();
        db.execute("UPDATE interaction_log SET conversation_id = '', session_id = ''");
        assertThat(stream(calm(), "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        usual(40, clock.instant(), HOUR);
        db.execute("UPDATE interaction_log SET conversation_id = '', session_id = ''");
        clock.advance(HOUR);
        calm();

        String votes = "SELECT sum(%s) FROM drift_evidence, jsonb_each(deltas -> '%s') AS parts WHERE stream = '%s'"
                + " AND hypothesis = 'baseline' AND checked_at = '" + clock.instant() + "'";
        assertThat(db.value(votes.formatted("(parts.value ->> 1)::int", "counts", "refusals")))
                .isEqualTo("40");
        assertThat(db.value(votes.formatted("parts.value::int", "scores", "feedback")))
                .isEqualTo("40");
    }

    @Test
    void a_burst_of_one_new_question_is_no_drift() {
        usualWeeks();
        calm();
        traffic.log(40, clock.instant(), Duration.ofMinutes(10), i -> NEW_TOPIC, i -> false, i -> null);

        goesOn(26);
    }

    /** Refusals: 1 in 100 on working days, 4 at night, 4.5 at the weekend. Two weeks, a check every four hours. */
    @Test
    void a_weekly_season_is_no_drift() {
        Duration step = HOUR.multipliedBy(4);
        for (Instant at = NOW.minus(DAY.multipliedBy(37)); at.isBefore(NOW); at = at.plus(step)) {
            seasonal(at, step);
        }
        for (int check = 0; check < 14 * 6; check++) {
            CheckReport report = calm();
            assertThat(stream(report, "refusals").verdict()).isIn(Verdict.OK, Verdict.WARN);
            seasonal(clock.instant(), step);
            clock.advance(step);
        }
        assertThat(db.value(
                        "SELECT count(*) FROM drift_evidence WHERE stream = 'refusals' AND hypothesis = 'baseline'"))
                .isEqualTo("84");
    }

    @Test
    void a_day_without_traffic_is_stale_and_no_drift_and_what_follows_is_ok() {
        usualWeeks();
        calm();
        for (int hour = 0; hour < 30; hour++) {
            clock.advance(HOUR);
            StreamReport queries = stream(calm(), "query_embeddings");
            assertThat(queries.verdict())
                    .as("after %d hours", hour + 1)
                    .isEqualTo(hour < 23 ? Verdict.OK : Verdict.STALE);
            if (queries.verdict() == Verdict.STALE) {
                assertThat(queries.reason())
                        .contains("no row since 2026-03-04T11:45:00Z")
                        .contains("is the app still logging?");
            }
        }
        goesOn(6);
        assertThat(stream(calm(), "query_embeddings").verdict()).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void two_hundred_rows_are_judged_provisionally_and_are_no_drift(long seed) {
        random.setSeed(seed);
        usual(200, daysAgo(37), DAY.multipliedBy(7));
        usual(150, daysAgo(7), DAY.multipliedBy(7));

        StreamReport queries = stream(calm(), "query_embeddings");

        assertThat(queries.verdict()).isEqualTo(Verdict.OK);
        assertThat(queries.reason())
                .contains("provisional, by the classic windows")
                .contains("350 of 1000 rows collected");
    }

    @ParameterizedTest
    @EnumSource(Detection.class)
    void vectors_that_are_all_the_same_are_no_drift(Detection detection) {
        traffic.shape(vector -> new float[] {
            3, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        });
        usualWeeks();

        StreamReport queries = stream(calm(monitor(detection)), "query_embeddings");

        assertThat(queries.verdict()).isEqualTo(Verdict.OK);
        assertThat(queries.reason()).contains("within its limit");
        goesOn(26, monitor(detection));
    }

    @ParameterizedTest
    @EnumSource(Detection.class)
    void one_vector_a_million_times_longer_is_no_drift(Detection detection) {
        usualWeeks();
        DriftMonitor watching = monitor(detection);
        calm(watching);
        traffic.shape(vector -> times(1e6f, vector));
        traffic.log(1, clock.instant(), HOUR, i -> NEW_TOPIC, i -> false, i -> null);
        traffic.shape(vector -> vector);

        goesOn(26, watching);
    }

    @Test
    void one_vector_a_million_times_longer_is_no_drift_while_the_baseline_is_learned() {
        usual(200, daysAgo(37), DAY.multipliedBy(7));
        usual(150, daysAgo(7), DAY.multipliedBy(7));
        traffic.shape(vector -> times(1e6f, vector));
        traffic.log(1, daysAgo(2), HOUR, i -> NEW_TOPIC, i -> false, i -> null);

        assertThat(stream(calm(), "query_embeddings").reason()).contains("provisional");
    }

    @ParameterizedTest
    @EnumSource(Detection.class)
    void vectors_of_any_length_are_no_drift(Detection detection) {
        traffic.shape(vector -> times((float) Math.exp(random.nextGaussian()), vector));
        usual(2_000, daysAgo(36), DAY.multipliedBy(5));
        traffic.shape(vector -> times((float) Math.exp(3 + random.nextGaussian()), vector));
        usual(700, daysAgo(7), DAY.multipliedBy(7));
        DriftMonitor watching = monitor(detection);

        assertThat(stream(calm(watching), "query_embeddings").verdict()).isEqualTo(Verdict.OK);
        goesOn(26, watching);
    }

    @Test
    void a_detector_that_throws_fails_its_stream_with_a_reason_and_leaves_the_others_their_verdict() {
        usualWeeks();
        calm();
        db.execute("UPDATE drift_baselines SET body = '\\x00' WHERE stream = 'refusals'");
        usual(60, clock.instant(), HOUR);
        clock.advance(HOUR);

        CheckReport report = calm(monitor(Detection.CALIBRATED));

        assertThat(stream(report, "refusals").verdict()).isEqualTo(Verdict.INSUFFICIENT);
        assertThat(stream(report, "refusals").reason())
                .contains("baseline 2 of refusals cannot be read")
                .contains("baseline accept --stream refusals");
        for (String other : new String[] {"query_embeddings", "toxicity", "feedback"}) {
            assertThat(stream(report, other).verdict()).as(other).isEqualTo(Verdict.OK);
        }
    }

    @Test
    void an_explanation_that_throws_leaves_the_verdict() {
        usualWeeks();
        calm();
        db.execute("UPDATE drift_baselines SET details = '{\"texts\": {\"nobody\": \"a\"}}'");
        traffic.log(
                400, clock.instant(), DAY.multipliedBy(2), i -> i % 3 == 0 ? NEW_TOPIC : known(), i -> false, i -> 1.0);
        clock.advance(DAY.multipliedBy(2));

        StreamReport queries = stream(monitor.checkOnce(), "query_embeddings");

        assertThat(queries.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(queries.explanation()).isNull();
        assertThat(queries.reason())
                .contains("evidence")
                .contains("explaining it failed: ")
                .contains("nobody");
        assertThat(db.count("SELECT count(*) FROM drift_episodes WHERE stream = 'query_embeddings'"))
                .isEqualTo(1);
    }

    private void usualWeeks() {
        usual(2_000, daysAgo(36), DAY.multipliedBy(5));
        usual(700, daysAgo(7), DAY.multipliedBy(7));
    }

    /** Usual traffic for some hours, with a check after each. */
    private void goesOn(int hours) {
        goesOn(hours, monitor);
    }

    private void goesOn(int hours, DriftMonitor watching) {
        for (int hour = 0; hour < hours; hour++) {
            usual(10, clock.instant(), HOUR);
            clock.advance(HOUR);
            calm(watching);
        }
    }

    private void usual(int count, Instant from, Duration over) {
        traffic.log(
                count,
                from,
                over,
                i -> known(),
                i -> random.nextDouble() < 0.02,
                i -> random.nextDouble() < 0.8 ? 1.0 : 0.0);
    }

    private void seasonal(Instant from, Duration over) {
        ZonedDateTime at = from.atZone(ZoneOffset.UTC);
        boolean weekend = at.getDayOfWeek() == DayOfWeek.SATURDAY || at.getDayOfWeek() == DayOfWeek.SUNDAY;
        boolean night = at.getHour() < 6 || at.getHour() >= 22;
        double rate = weekend ? 0.045 : night ? 0.04 : 0.01;
        traffic.log(night ? 15 : 50, from, over, i -> known(), i -> random.nextDouble() < rate, i -> 1.0);
    }

    private CheckReport calm() {
        return calm(monitor);
    }

    private static CheckReport calm(DriftMonitor watching) {
        CheckReport report = watching.checkOnce();
        assertThat(report.streams()).allSatisfy(stream -> {
            assertThat(stream.verdict()).as(stream.reason()).isNotEqualTo(Verdict.DRIFT);
            assertThat(stream.reason()).isNotBlank();
        });
        assertThat(report.episodes()).isEmpty();
        return report;
    }

    private DriftMonitor monitor(Detection detection) {
        return DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(TopicTraffic.DIMENSION)
                        .detection(detection)
                        .build())
                .clock(clock)
                .build();
    }

    private int known() {
        return random.nextInt(KNOWN_TOPICS);
    }

    private static float[] times(float factor, float[] vector) {
        float[] scaled = vector.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    private static Instant daysAgo(int days) {
        return NOW.minus(DAY.multipliedBy(days));
    }

    private static StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
