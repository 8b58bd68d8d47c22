package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingRecorderTest {

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1048577f, Float.MAX_VALUE})
    void a_vector_out_of_range_is_counted_and_left_out(float component) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(9);
        for (int i = 0; i < 9; i++) {
            float[] vector = new float[9];
            vector[i] = component;
            assertThat(recorder.add(vector)).isFalse();
        }
        assertThat(recorder.add(new float[9])).isTrue();
        EmbeddingProfile profile = recorder.snapshot();
        assertThat(profile.rejected()).isEqualTo(9);
        assertThat(profile.count()).isEqualTo(1);
        assertThat(profile.centroid()).containsOnly(0);
    }

    @Test
    void the_greatest_norm_is_summed_exactly_over_many_rows() {
        EmbeddingRecorder recorder = new EmbeddingRecorder(2);
        for (int i = 0; i < 40_000; i++) {
            assertThat(recorder.add(new float[] {0x1p20f, 0})).isTrue();
            assertThat(recorder.add(new float[] {0, -0x1p20f})).isTrue();
        }
        EmbeddingProfile profile = recorder.snapshot();
        assertThat(profile.centroid()).containsExactly(0x1p19, -0x1p19);
        assertThat(profile.meanSquaredNorm()).isEqualTo(0x1p40);
        assertThat(profile.meanVariance()).isEqualTo(0x1p38);
        assertThat(EmbeddingProfile.fromBytes(profile.toBytes())).isEqualTo(profile);
    }

    @Test
    void sums_cancel_to_exactly_nothing() {
        EmbeddingRecorder recorder = new EmbeddingRecorder(40);
        Random random = new Random(3);
        float[] vector = new float[40];
        float[] opposite = new float[40];
        for (int n = 0; n < 1000; n++) {
            for (int i = 0; i < 40; i++) {
                vector[i] = (float) Math.scalb(random.nextGaussian(), random.nextInt(-60, 14));
                opposite[i] = -vector[i];
            }
            recorder.add(vector);
            recorder.add(opposite);
        }
        assertThat(recorder.snapshot().centroid()).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e-2, 1, 7.9, 8.1, 1e3, 1e6})
    void norms_from_a_thousandth_to_a_million_lose_less_than_a_billionth(double norm) {
        int dimension = 60;
        Random random = new Random(5);
        float[][] rows = new float[40][dimension];
        for (float[] row : rows) {
            double length = 0;
            double[] direction = random.doubles(dimension, -1, 1.5).toArray();
            for (double x : direction) {
                length += x * x;
            }
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) (direction[i] / Math.sqrt(length) * norm);
            }
        }
        EmbeddingProfile profile = Lattice.profile(rows);
        assertThat(profile.count()).isEqualTo(40);
        ExactMoments exact = ExactMoments.of(rows);
        double[] centroid = profile.centroid();
        for (int i = 0; i < dimension; i++) {
            assertThat(centroid[i]).isCloseTo(exact.centroid()[i], within(1e-9 * norm));
        }
        assertThat(profile.meanSquaredNorm()).isCloseTo(exact.meanSquaredNorm(), Percentage.withPercentage(1e-7));
        assertThat(profile.meanVariance()).isCloseTo(exact.meanVariance(), Percentage.withPercentage(1e-7));
    }

    @Test
    void a_small_spread_of_long_vectors_far_from_the_origin_is_kept() {
        // |x|^2 is about 2^30 here and a multiple of 2^-28: more digits than a double has.
        float[][] rows = Lattice.rows(100, 1024, 7919, 104729, 1000, .04);
        assertThat(Lattice.profile(rows).meanVariance())
                .isCloseTo(ExactMoments.of(rows).meanVariance(), Percentage.withPercentage(1e-8));
    }

    @Test
    void a_vector_inside_a_buffer_counts_like_one_of_its_own() {
        EmbeddingRecorder whole = new EmbeddingRecorder(3);
        EmbeddingRecorder inside = new EmbeddingRecorder(3);
        whole.add(new float[] {1, 2, 30});
        inside.add(new float[] {9, 9, 1, 2, 30, 9}, 2);
        assertThat(inside.snapshot()).isEqualTo(whole.snapshot());
        assertThatThrownBy(() -> inside.add(new float[4], 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> inside.add(new float[4], -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void a_vector_of_another_length_is_an_error_of_the_caller() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmbeddingRecorder(3).add(new float[4]))
                .withMessageContaining("vector has 4 components, this recorder takes 3");
    }

    @Test
    void a_snapshot_does_not_change_when_the_recorder_goes_on() {
        EmbeddingRecorder recorder = new EmbeddingRecorder(1);
        float[] vector = {1};
        recorder.add(vector);
        vector[0] = 5;
        EmbeddingProfile before = recorder.snapshot();
        recorder.add(new float[] {3});
        assertThat(before.centroid()).containsExactly(1);
        assertThat(recorder.snapshot().centroid()).containsExactly(2);
    }

    /** The same moments in exact decimal arithmetic. */
    private record ExactMoments(double[] centroid, double meanSquaredNorm, double meanVariance) {

        static ExactMoments of(float[][] rows) {
            int dimension = rows[0].length;
            BigDecimal n = BigDecimal.valueOf(rows.length);
            double[] centroid = new double[dimension];
            BigDecimal squares = BigDecimal.ZERO;
            BigDecimal squaredMeans = BigDecimal.ZERO;
            for (int i = 0; i < dimension; i++) {
                BigDecimal sum = BigDecimal.ZERO;
                for (float[] row : rows) {
                    BigDecimal x = new BigDecimal(row[i]);
                    sum = sum.add(x);
                    squares = squares.add(x.multiply(x));
                }
                centroid[i] = sum.divide(n, MathContext.DECIMAL128).doubleValue();
                squaredMeans = squaredMeans.add(sum.multiply(sum));
            }
            BigDecimal spread = squares.multiply(n).subtract(squaredMeans);
            BigDecimal places = n.multiply(n).multiply(BigDecimal.valueOf(dimension));
            return new ExactMoments(
                    centroid,
                    squares.divide(n, MathContext.DECIMAL128).doubleValue(),
                    spread.divide(places, MathContext.DECIMAL128).doubleValue());
        }
    }
}
