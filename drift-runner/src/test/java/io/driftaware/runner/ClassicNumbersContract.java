package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The original's numbers, recorded from numpy 1.24 in float64 over the same rows:
 *
 * <pre>
 * vec(i, s) = [f32((i*7+j*13*(1+s))%29)/f32(29)-f32(.25)+(f32(.5) if s==1 and j%2==1 else f32(0)) for j in range(8)]
 * R = [vec(i, 1) for i in range(60)]; B = [vec(i, 0) for i in range(70)]
 * x, y = R.mean(axis=0), B.mean(axis=0); 1 - np.dot(x, y)/(np.linalg.norm(x)*np.linalg.norm(y))
 * abs(np.mean(np.var(R, axis=0)) - np.mean(np.var(B, axis=0))) / np.mean(np.var(B, axis=0))
 * np.mean([v for v in refusals if v is not None]), and so on
 * </pre>
 */
abstract class ClassicNumbersContract {
    /** Where windows end: a live check ends them at the next full quarter of an hour. */
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final Instant CHECKED = Instant.parse("2026-03-01T11:45:00.123456Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Offset<Double> PRECISE = within(1e-6);
    private static final int DIMENSION = 8;

    abstract TestDatabase db();

    private RawRows rows;
    private DriftMonitor monitor;

    @BeforeEach
    void start() {
        db().reset();
        rows = new RawRows(db());
        monitor = DriftMonitor.builder(db().pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(DIMENSION)
                        .detection(Detection.THRESHOLD)
                        .build())
                .clock(new FixedClock(CHECKED))
                .build();
    }

    @Test
    void numbers_of_a_live_check_agree_with_numpy_over_half_open_windows() {
        rowsUpTo(NOW);
        assertNumbers(monitor.checkOnce().classic());
    }

    @Test
    void numbers_of_a_preview_agree_with_numpy_to_the_microsecond() {
        Instant offTheGrid = NOW.plusNanos(123_456_000);
        rowsUpTo(offTheGrid);
        assertNumbers(monitor.previewAt(offTheGrid).classic());
    }

    private void rowsUpTo(Instant now) {
        Instant recent = now.minus(DAY.multipliedBy(7));
        Instant baseline = now.minus(DAY.multipliedBy(37));
        Instant baselineEnd = now.minus(DAY.multipliedBy(30));
        for (int i = 0; i < 60; i++) {
            // The first row stands on the window's first instant, which belongs to it.
            rows.embedding(recent.plus(Duration.ofHours(2L * i)), "query", vector(i, 1), null);
        }
        for (int i = 0; i < 70; i++) {
            rows.embedding(baseline.plus(Duration.ofHours(2L * i)), "query", vector(i, 0), null);
        }
        float[] strange = {9, -9, 9, -9, 9, -9, 9, -9};
        for (Instant outside : new Instant[] {now, baselineEnd, recent.minusNanos(1000), baseline.minusNanos(1000)}) {
            rows.embedding(outside, "query", strange, null);
            rows.interaction(outside, true, true, 1.0);
        }
        rows.embedding(now.minus(DAY), "doc", strange, null);
        rows.interactions(
                80,
                recent,
                DAY.multipliedBy(7),
                i -> i % 5 == 0 ? null : i % 7 == 0,
                i -> i % 4 == 0 ? null : i % 11 == 0,
                i -> i % 3 == 0 ? (i % 101) / 100.0 : null);
        rows.interactions(
                90,
                baseline,
                DAY.multipliedBy(7),
                i -> null,
                i -> true,
                i -> i % 2 == 0 ? (i * 3 % 101) / 100.0 : null);
    }

    private static void assertNumbers(ClassicMetrics classic) {
        assertThat(classic.embeddingDriftScore()).isCloseTo(COSINE, PRECISE);
        assertThat(classic.embeddingVarianceScore()).isCloseTo(VARIANCE, PRECISE);
        assertThat(classic.refusalRate()).isCloseTo(0.140625, PRECISE);
        assertThat(classic.toxicityRate()).isCloseTo(0.1, PRECISE);
        assertThat(classic.recentAccuracy()).isCloseTo(0.39, PRECISE);
        assertThat(classic.baselineAccuracy()).isCloseTo(0.4446666666666667, PRECISE);
    }

    private static final double COSINE = 0.11229493200634011;
    private static final double VARIANCE = 0.0029229352954008307;

    @Test
    void late_feedback_replaces_the_score_of_the_row_and_other_sources_add_to_it() {
        rows.interaction(NOW.minus(DAY), false, false, 0.9);
        rows.interaction(NOW.minus(DAY), false, false, 0.7);
        db().execute(
                        """
                        INSERT INTO feedback_log (timestamp, interaction_id, score, source)
                        SELECT TIMESTAMPTZ '2026-03-01T10:00Z', interaction_id, 0.1, 'user'
                        FROM interaction_log WHERE user_feedback_score = 0.9;
                        INSERT INTO feedback_log (timestamp, interaction_id, score, source)
                        SELECT TIMESTAMPTZ '2026-03-01T11:00Z', interaction_id, 0.2, 'user'
                        FROM interaction_log WHERE user_feedback_score = 0.9;
                        INSERT INTO feedback_log (interaction_id, score, source)
                        SELECT interaction_id, 0.6, 'judge' FROM interaction_log WHERE user_feedback_score = 0.9
                        """);

        // np.mean([.2, .6, .7])
        assertThat(monitor.checkOnce().classic().recentAccuracy()).isCloseTo(0.5, PRECISE);
    }

    @Test
    void without_rows_there_is_no_number_and_no_stream_is_ok() {
        CheckReport report = monitor.checkOnce();

        assertThat(report.classic()).isEqualTo(new ClassicMetrics(null, null, null, null, null, null));
        assertThat(report.verdict().name()).isEqualTo("INSUFFICIENT");
        assertThat(report.streams()).hasSize(7).allSatisfy(stream -> assertThat(stream.reason())
                .contains("50 are needed"));
    }

    @Test
    void a_preview_sees_the_past_and_writes_nothing() {
        rows.interactions(60, NOW.minus(DAY), DAY, i -> true, i -> false, i -> null);

        CheckReport then = monitor.previewAt(NOW);
        CheckReport before = monitor.previewAt(NOW.minus(DAY.multipliedBy(2)));

        assertThat(then.classic().refusalRate()).isEqualTo(1.0);
        assertThat(then.verdict().name()).isEqualTo("DRIFT");
        assertThat(before.classic().refusalRate()).isNull();
        assertThat(
                        db().count(
                                        """
                                SELECT (SELECT count(*) FROM drift_episodes) + (SELECT count(*) FROM drift_actions)
                                     + (SELECT count(*) FROM drift_events) + (SELECT count(*) FROM drift_monitor_state)
                                """))
                .isZero();
    }

    private static float[] vector(int i, int shift) {
        float[] vector = new float[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            float moved = shift == 1 && j % 2 == 1 ? 0.5f : 0;
            vector[j] = (float) ((i * 7 + j * 13 * (1 + shift)) % 29) / 29f - 0.25f + moved;
        }
        return vector;
    }
}
