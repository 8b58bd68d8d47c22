package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredRecorderTest {

    private static final int DIMENSION = 9;

    private static final SyntheticTopics TOPICS = new SyntheticTopics(DIMENSION, 5, 1, 3);
    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(TOPICS.sample(1_000, 4), 1);

    private final SyntheticTopics topics = TOPICS.again(1);

    @Test
    void a_score_does_not_depend_on_the_rows_around_it() {
        List<float[]> rows = topics.rows(50, 5);
        ScoredRecorder together = new EmbeddingScorer(BASELINE).recorder();
        List<ScoredProfile> alone = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            together.add(rows.get(i), 0, 0, i);
            ScoredRecorder one = new EmbeddingScorer(BASELINE).recorder();
            one.add(rows.get(i), 0, 0, i);
            alone.add(one.snapshot());
        }
        assertThat(alone.stream().reduce(ScoredProfile::merge)).contains(together.snapshot());
    }

    @Test
    void a_recorder_goes_on_after_a_snapshot() {
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        ScoredRecorder looked = new EmbeddingScorer(BASELINE).recorder();
        int i = 0;
        for (float[] row : topics.rows(50, 5)) {
            recorder.add(row, 0, 0, i);
            looked.add(row, 0, 0, i++);
            assertThat(looked.snapshot().count()).isEqualTo(i);
        }
        assertThat(looked.snapshot()).isEqualTo(recorder.snapshot());
    }

    @Test
    void only_directions_count() {
        ScoredRecorder plain = new EmbeddingScorer(BASELINE).recorder();
        ScoredRecorder scaled = new EmbeddingScorer(BASELINE).recorder();
        int i = 0;
        for (float[] row : topics.rows(60, 5)) {
            // Powers of two, which change no digit
            float factor = (float) Math.scalb(1.0, i % 41 - 20);
            float[] larger = row.clone();
            for (int j = 0; j < larger.length; j++) {
                larger[j] *= factor;
            }
            plain.add(row, 0, 0, i);
            scaled.add(larger, 0, 0, i++);
        }
        assertThat(scaled.snapshot()).isEqualTo(plain.snapshot());
    }

    @Test
    void one_row_a_million_times_longer_weighs_as_one_row() {
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        topics.rows(99, 4).forEach(row -> recorder.add(row, 0, 0, 0));
        double[] before = recorder.snapshot().featureMeans();
        float[] outlier = topics.row(4);
        for (int i = 0; i < outlier.length; i++) {
            outlier[i] *= 1e6f;
        }
        recorder.add(outlier, 0, 0, 0);
        double[] after = recorder.snapshot().featureMeans();
        for (int i = 0; i < before.length; i++) {
            // A feature is in [-1, 1], so a mean of 100 moves by at most 2/100
            assertThat(after[i]).isCloseTo(before[i], within(.02));
        }
    }

    @Test
    void a_vector_without_a_direction_is_counted_and_left_out() {
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        float[] row = topics.row(0);
        assertThat(recorder.add(row, 0, 0, 1)).isTrue();
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            float[] damaged = row.clone();
            damaged[DIMENSION - 1] = bad;
            assertThat(recorder.add(damaged, 0, 0, 2)).isFalse();
        }
        assertThat(recorder.add(new float[DIMENSION], 0, 0, 3)).isFalse();
        float[] tiny = new float[DIMENSION];
        tiny[0] = Float.MIN_VALUE;
        assertThat(recorder.add(tiny, 0, 0, 4)).isTrue();

        ScoredProfile profile = recorder.snapshot();
        assertThat(profile.count()).isEqualTo(2);
        assertThat(profile.rejected()).isEqualTo(4);
        assertThat(profile.featureMeans()).doesNotContain(Double.NaN);
    }

    @Test
    void a_vector_is_read_from_its_place_in_a_buffer_and_not_kept() {
        float[] row = topics.row(1);
        float[] buffer = new float[3 * DIMENSION];
        System.arraycopy(row, 0, buffer, DIMENSION, DIMENSION);
        ScoredRecorder plain = new EmbeddingScorer(BASELINE).recorder();
        plain.add(row, 0, 0, 1);
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        recorder.add(buffer, DIMENSION, 0, 1);
        Arrays.fill(buffer, 7);
        assertThat(recorder.snapshot()).isEqualTo(plain.snapshot());
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> recorder.add(buffer, 2 * DIMENSION + 1, 0, 1));
        assertThat(recorder.snapshot()).isEqualTo(plain.snapshot());
    }

    @Test
    void vectors_of_the_sketch_are_not_novel() {
        // Rows of one component have two directions
        SyntheticTopics line = new SyntheticTopics(1, 2, 1, 5);
        EmbeddingBaseline two = EmbeddingBaseline.fit(line.sample(1_000, 2), 1);
        ScoredRecorder recorder = new EmbeddingScorer(two).recorder();
        recorder.add(new float[] {3}, 0, 0, 1);
        recorder.add(new float[] {-5}, 0, 0, 2);
        ScoredProfile profile = recorder.snapshot();
        assertThat(profile.noveltyCounts()[0]).isEqualTo(2);
        assertThat(Arrays.stream(profile.nearestCounts()).sum())
                .as("each row counts at its nearest four vectors")
                .isEqualTo(2 * 4);
        assertThat(two.clusters()).isEqualTo(2);
    }
}
