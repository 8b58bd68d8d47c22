package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.Lattice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CentroidShiftTest {

    /** {@code A = (.25 + lat(300, 12, 7919, 104729)).astype(float32).astype(float64)}. */
    private static final EmbeddingProfile RECENT = Lattice.profile(Lattice.rows(300, 12, 7919, 104729, .25, 1));

    /** {@code B = (.25 + arange(12) * .02 + .8 * lat(200, 12, 6007, 7907)).astype(float32).astype(float64)}. */
    private static final EmbeddingProfile BASELINE = Lattice.profile(baselineRows());

    @Test
    void the_classic_numbers_are_those_of_numpy() {
        // a, b = A.mean(0), B.mean(0); 1 - a @ b / (numpy.linalg.norm(a) * numpy.linalg.norm(b))
        assertThat(CentroidShift.cosineDistance(RECENT, BASELINE).orElseThrow())
                .isCloseTo(0.030985708258319367, within(1e-12));
        // v = lambda X: numpy.mean(numpy.var(X, axis=0)); abs(v(A) - v(B)) / v(B)
        assertThat(CentroidShift.varianceChange(RECENT, BASELINE).orElseThrow())
                .isCloseTo(0.5796104181186709, within(1e-12));
    }

    @Test
    void the_value_is_the_cosine_distance_without_its_noise_floor() {
        Finding.Compared found = compared(CentroidShift.withDefaults().compare(RECENT, BASELINE));
        // k = lambda X: 1 - numpy.trace(numpy.cov(X.T)) / len(X) / (X.mean(0) @ X.mean(0))
        // floor = 1 - numpy.sqrt(k(A) * k(B)); 1 - cos / numpy.sqrt(k(A) * k(B))
        assertThat(found.details().get(CentroidShift.NOISE_FLOOR)).isCloseTo(0.0031157615352328527, within(1e-12));
        assertThat(found.value()).isCloseTo(0.027957054237317536, within(1e-12));
        assertThat(found.details())
                .containsOnlyKeys(
                        CentroidShift.COSINE_DISTANCE, CentroidShift.NOISE_FLOOR, CentroidShift.VARIANCE_CHANGE);
        assertThat(found.recentSamples()).isEqualTo(300);
        assertThat(found.baselineSamples()).isEqualTo(200);
        assertThat(found.exceeded()).isFalse();
        assertThat(found.detector()).isEqualTo("centroid_shift");
    }

    @Test
    void a_value_above_the_threshold_is_exceeded() {
        assertThat(compared(CentroidShift.withDefaults().withThreshold(.0279).compare(RECENT, BASELINE))
                        .exceeded())
                .isTrue();
        assertThat(compared(CentroidShift.withDefaults().withThreshold(.0280).compare(RECENT, BASELINE))
                        .exceeded())
                .isFalse();
    }

    @Test
    void too_few_vectors_on_either_side_are_insufficient() {
        EmbeddingProfile few = Lattice.profile(Lattice.rows(49, 12, 7919, 104729, .25, 1));
        assertThat(CentroidShift.withDefaults().compare(few, BASELINE))
                .isEqualTo(new Finding.Insufficient(
                        "centroid_shift", "the recent window has 49 embeddings, 50 are needed", 49, 200, 50));
        assertThat(CentroidShift.withDefaults().compare(RECENT, few))
                .isEqualTo(new Finding.Insufficient(
                        "centroid_shift", "the baseline window has 49 embeddings, 50 are needed", 300, 49, 50));
        assertThat(CentroidShift.withDefaults().withMinimumSamples(49).compare(few, BASELINE))
                .isInstanceOf(Finding.Compared.class);
        assertThat(CentroidShift.cosineDistance(few, BASELINE)).isPresent();
    }

    @Test
    void a_mean_that_cannot_be_told_from_noise_is_insufficient() {
        EmbeddingProfile centred = Lattice.profile(Lattice.rows(300, 12, 7919, 104729, 0, 1));
        assertThat(CentroidShift.withDefaults().compare(centred, BASELINE))
                .isEqualTo(new Finding.Insufficient(
                        "centroid_shift",
                        "the mean direction of the 300 embeddings of the recent window cannot be told from noise",
                        300,
                        200,
                        600));
        assertThat(CentroidShift.withDefaults().compare(RECENT, centred)).isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void vectors_of_no_length_have_no_direction() {
        EmbeddingProfile zeros = Lattice.profile(new float[60][12]);
        assertThat(CentroidShift.withDefaults().compare(zeros, BASELINE)).isInstanceOf(Finding.Insufficient.class);
        assertThat(CentroidShift.withDefaults().compare(RECENT, zeros)).isInstanceOf(Finding.Insufficient.class);
        assertThat(CentroidShift.cosineDistance(zeros, BASELINE)).isEmpty();
        assertThat(CentroidShift.varianceChange(RECENT, zeros)).isEmpty();
    }

    @Test
    void no_vectors_have_no_numbers() {
        EmbeddingProfile none = EmbeddingProfile.empty(12);
        assertThat(CentroidShift.cosineDistance(none, BASELINE)).isEmpty();
        assertThat(CentroidShift.varianceChange(RECENT, none)).isEmpty();
        assertThat(CentroidShift.withDefaults().compare(none, none)).isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void a_baseline_of_equal_vectors_has_no_variance_change() {
        float[][] equal = new float[60][12];
        for (float[] row : equal) {
            row[3] = 1;
        }
        Finding.Compared found = compared(CentroidShift.withDefaults().compare(RECENT, Lattice.profile(equal)));
        assertThat(found.details()).doesNotContainKey(CentroidShift.VARIANCE_CHANGE);
    }

    @Test
    void opposite_directions_are_two_apart() {
        Finding.Compared found = compared(CentroidShift.withDefaults()
                .compare(RECENT, Lattice.profile(Lattice.rows(300, 12, 7919, 104729, -.25, 1))));
        assertThat(found.value()).isEqualTo(2);
        assertThat(found.exceeded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -.1, 2.1})
    void an_impossible_threshold_is_refused(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CentroidShift.withDefaults().withThreshold(threshold))
                .withMessage("threshold " + threshold + " is not 0.0 to 2.0");
    }

    @Test
    void a_minimum_below_two_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CentroidShift.withDefaults().withMinimumSamples(1))
                .withMessageContaining("minimum samples 1 is below 2");
    }

    @Test
    void embeddings_of_different_dimensions_are_never_compared() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CentroidShift.withDefaults().compare(RECENT, EmbeddingProfile.empty(13)))
                .withMessageContaining("recent vectors have 12 components, baseline 13");
    }

    private static Finding.Compared compared(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Compared.class);
        return (Finding.Compared) finding;
    }

    private static float[][] baselineRows() {
        float[][] rows = new float[200][12];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 12; j++) {
                rows[i][j] = (float) ((i * 6007L + j * 7907L) % 10007 / 10007.0 * .8 - .5 * .8 + .25 + j * .02);
            }
        }
        return rows;
    }
}
