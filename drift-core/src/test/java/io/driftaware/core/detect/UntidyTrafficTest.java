package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a verdict makes of traffic that is not as tidy as a textbook's. */
class UntidyTrafficTest {

    private static final int KNOWN = 6;
    private static final int NEW = 6;

    private static final SyntheticTopics TOPICS = new SyntheticTopics(32, KNOWN + 3, 1, 17);
    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(TOPICS.sample(2_000, KNOWN), 3);

    private final SyntheticTopics topics = TOPICS.again(1);

    @Test
    void too_few_rows_are_insufficient_and_not_no_drift() {
        Finding finding =
                WindowVerdict.withDefaults().compare(topics.buckets(topics.rows(199, KNOWN), 10, BASELINE), BASELINE);
        assertThat(finding)
                .isEqualTo(new Finding.Insufficient(
                        "embedding_window",
                        "the recent window has 199 scored embeddings, 200 are needed",
                        199,
                        2_000,
                        200));
        assertThat(WindowVerdict.withDefaults().compare(List.of(), BASELINE)).isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void the_number_of_rows_needed_can_be_lowered() {
        List<ScoredProfile> buckets = topics.buckets(topics.rows(20, KNOWN), 10, BASELINE);
        assertThat(WindowVerdict.withDefaults().withMinimumSamples(20).compare(buckets, BASELINE))
                .isInstanceOf(Finding.Compared.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WindowVerdict.withDefaults().withMinimumSamples(1))
                .withMessageContaining("1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WindowVerdict.withDefaults().withLeastShare(Double.NaN))
                .withMessageContaining("NaN");
    }

    @Test
    void rows_scored_against_another_baseline_are_refused() {
        EmbeddingBaseline other = EmbeddingBaseline.fit(topics.sample(1_000, KNOWN), 4);
        List<ScoredProfile> buckets = topics.buckets(topics.rows(200, KNOWN), 10, other);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WindowVerdict.withDefaults().compare(buckets, BASELINE))
                .withMessage("a profile was scored against baseline " + Long.toHexString(other.fingerprint()) + ", not "
                        + Long.toHexString(BASELINE.fingerprint()) + ": score its rows again");
    }

    @Test
    void details_carry_every_test_and_what_the_window_could_show() {
        Finding.Compared compared = verdict(topics.buckets(topics.rows(400, KNOWN), 10, BASELINE));
        assertThat(compared.recentSamples()).isEqualTo(400);
        assertThat(compared.baselineSamples()).isEqualTo(2_000);
        assertThat(compared.threshold()).isEqualTo(.01);
        assertThat(compared.details())
                .containsKeys(
                        WindowVerdict.P_VALUE,
                        WindowVerdict.NOVELTY_RATE,
                        WindowVerdict.NOVELTY_EXCESS,
                        WindowVerdict.MEAN_EMBEDDING_SHIFT,
                        WindowVerdict.MINIMUM_DETECTABLE_SHARE,
                        "p_novelty_tail",
                        "p_novelty_95",
                        "p_novelty_98",
                        "p_novelty_rank_sum",
                        "p_mean_embedding",
                        "p_clusters",
                        "p_topic_growth");
        // At most 400 rows against 1,000: .037 where they are independent, more where buckets differ
        assertThat(compared.details().get(WindowVerdict.MINIMUM_DETECTABLE_SHARE))
                .isBetween(.035, .1);
    }

    @Test
    void the_order_of_buckets_and_how_rows_lie_in_them_do_not_matter_without_clumps() {
        List<ScoredProfile> buckets = new ArrayList<>(topics.buckets(topics.rows(400, KNOWN), 10, BASELINE));
        Finding.Compared before = verdict(buckets);
        Collections.reverse(buckets);
        assertThat(verdict(buckets).exceeded()).isEqualTo(before.exceeded());
        assertThat(verdict(buckets).value()).isEqualTo(before.value());
    }

    @Test
    void identical_vectors_are_no_drift_and_another_vector_is() {
        float[] one = topics.row(0);
        EmbeddingBaseline same = EmbeddingBaseline.fit(topics.sample(Collections.nCopies(1_000, one)), 1);
        assertThat(same.clusters()).isEqualTo(1);

        Finding.Compared alike = verdict(topics.buckets(Collections.nCopies(300, one), 10, same), same);
        assertThat(p(alike)).isGreaterThan(.05);
        assertThat(alike.exceeded()).isFalse();

        List<float[]> mixed = new ArrayList<>(Collections.nCopies(300, one));
        for (int i = 0; i < 300; i += 10) {
            mixed.set(i, topics.row(1));
        }
        Finding.Compared tenth = verdict(topics.buckets(mixed, 10, same), same);
        assertThat(p(tenth)).isLessThan(1e-6);
        assertThat(tenth.value()).isBetween(.05, .1);
    }

    @Test
    void traffic_of_a_few_questions_asked_again_and_again_is_no_drift() {
        List<float[]> questions = topics.rows(150, KNOWN);
        Random random = new Random(5);
        EmbeddingBaseline repeated = EmbeddingBaseline.fit(topics.sample(drawn(questions, 2_000, random)), 1);
        int draws = 60;
        int alarms = 0;
        for (int draw = 0; draw < draws; draw++) {
            alarms += p(verdict(topics.buckets(drawn(questions, 300, random), 10, repeated), repeated)) < .05 ? 1 : 0;
        }
        assertThat(alarms).isLessThanOrEqualTo(Bounds.most(draws, .08));
    }

    /** The monitor's evidence asks for far less than .001. */
    @Test
    void a_burst_that_is_a_quarter_of_the_window_is_a_hint_at_most() {
        for (int draw = 0; draw < 20; draw++) {
            List<ScoredProfile> buckets = new ArrayList<>(topics.buckets(topics.rows(300, KNOWN), 10, BASELINE));
            buckets.set(7, topics.profile(nearly(topics.row(NEW), 100), BASELINE));
            assertThat(p(verdict(buckets))).isGreaterThan(.001);
        }
    }

    /** A session that fills one bucket, up to a sixth of the window: it may be noticed, and is not acted on. */
    @ParameterizedTest
    @ValueSource(ints = {30, 60})
    void a_burst_of_one_session_in_one_bucket_is_no_drift_of_the_traffic(int burst) {
        int draws = 40;
        int alarms = 0;
        for (int draw = 0; draw < draws; draw++) {
            List<ScoredProfile> buckets = new ArrayList<>(topics.buckets(topics.rows(300, KNOWN), 10, BASELINE));
            buckets.set(7, topics.profile(nearly(topics.row(NEW), burst), BASELINE));
            Finding.Compared compared = verdict(buckets);
            alarms += p(compared) < .05 && compared.exceeded() ? 1 : 0;
        }
        assertThat(alarms).isLessThanOrEqualTo(Bounds.most(draws, .05));
    }

    @Test
    void the_same_rows_spread_over_the_day_are_drift() {
        List<float[]> rows = new ArrayList<>(topics.rows(240, KNOWN));
        rows.addAll(nearly(topics.row(NEW), 60));
        Collections.shuffle(rows, new Random(1));
        Finding.Compared compared = verdict(topics.buckets(rows, 10, BASELINE));
        assertThat(p(compared)).isLessThan(.001);
        assertThat(compared.exceeded()).isTrue();
    }

    @Test
    void vectors_of_any_length_give_the_verdict_of_their_directions() {
        List<float[]> rows = topics.rows(300, KNOWN);
        List<float[]> scaled = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            float[] row = rows.get(i).clone();
            for (int j = 0; j < row.length; j++) {
                row[j] *= i % 2 == 0 ? 0x1p20f : 0x1p-10f;
            }
            scaled.add(row);
        }
        assertThat(verdict(topics.buckets(scaled, 10, BASELINE)).details())
                .isEqualTo(verdict(topics.buckets(rows, 10, BASELINE)).details());
    }

    @Test
    void one_outlier_a_million_times_longer_is_no_drift() {
        List<float[]> rows = topics.rows(300, KNOWN);
        Finding.Compared before = verdict(topics.buckets(rows, 10, BASELINE));
        float[] outlier = topics.row(NEW);
        for (int j = 0; j < outlier.length; j++) {
            outlier[j] *= 1e6f;
        }
        rows.set(150, outlier);
        Finding.Compared after = verdict(topics.buckets(rows, 10, BASELINE));
        assertThat(p(after)).isGreaterThan(.05);
        assertThat(after.exceeded()).isEqualTo(before.exceeded());
    }

    @Test
    void rows_without_a_direction_do_not_count_for_the_window() {
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        topics.rows(199, KNOWN).forEach(row -> recorder.add(row, 0, 0, 0));
        for (int i = 0; i < 500; i++) {
            recorder.add(new float[32], 0, 0, 0);
        }
        assertThat(WindowVerdict.withDefaults().compare(List.of(recorder.snapshot()), BASELINE))
                .isInstanceOf(Finding.Insufficient.class);
    }

    static List<float[]> drawn(List<float[]> rows, int count, Random random) {
        return IntStream.range(0, count)
                .mapToObj(i -> rows.get(random.nextInt(rows.size())))
                .toList();
    }

    /** One question, each time a little different. */
    private static List<float[]> nearly(float[] question, int count) {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] row = question.clone();
            row[i % row.length] += .01f;
            rows.add(row);
        }
        return rows;
    }

    private Finding.Compared verdict(List<ScoredProfile> buckets) {
        return verdict(buckets, BASELINE);
    }

    static Finding.Compared verdict(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return (Finding.Compared) WindowVerdict.withDefaults().compare(buckets, baseline);
    }

    static double p(Finding.Compared compared) {
        return compared.details().get(WindowVerdict.P_VALUE);
    }
}
