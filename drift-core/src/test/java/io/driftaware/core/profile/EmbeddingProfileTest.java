package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingProfileTest {

    /**
     * Vectors (1, -.5), (.1f, 3), (16, -2^-40) and one NaN, from Python integers: {@code struct.pack('<bbiqq', 1, 1, 2, 3,
     * 1)}, then {@code sum(round(Fraction(x) * 2**60))} per component and {@code sum(round(Fraction(x0*x0 + x1*x1) *
     * 2**51))}, each {@code (v % 2**128).to_bytes(16, 'little')}.
     */
    private static final String GOLDEN =
            "0101" + "02000000" + "0300000000000000" + "0100000000000000" + "000000009a9999110100000000000000"
                    + "0000f0ffffffff270000000000000000" + "84eb51e17a1452080000000000000000";

    private static final EmbeddingProfile LATTICE = Lattice.profile(Lattice.rows(300, 12, 7919, 104729, 0, 1));

    @Test
    void the_centroid_is_the_mean_of_each_component() {
        // numpy.mean(X, axis=0), X = lat(300, 12, 7919, 104729).astype(float32).astype(float64)
        assertThat(LATTICE.centroid())
                .containsExactly(
                        new double[] {
                            -0.0004310317614969487,
                            -0.0015236000627434501,
                            0.0007171647813326369,
                            -0.00037540394230745733,
                            0.00186536091088783,
                            0.000772792217709745,
                            0.003013557334149179,
                            -0.0014123447340292235,
                            -0.0025049130071420223,
                            -0.0002641486097127199,
                            0.001976616379385329,
                            0.0008840477501022785
                        },
                        within(1e-12));
        assertThat(LATTICE.centroidMatrix().getNumRows()).isEqualTo(12);
        assertThat(LATTICE.centroidMatrix().getNumCols()).isEqualTo(1);
        assertThat(LATTICE.centroidMatrix().getData()).isEqualTo(LATTICE.centroid());
    }

    @Test
    void variance_trace_and_norm_are_those_of_numpy() {
        // numpy.mean(numpy.var(X, axis=0)); numpy.trace(numpy.cov(X.T)); numpy.mean(numpy.sum(X**2, axis=1))
        assertThat(LATTICE.meanVariance()).isCloseTo(0.08336697021589291, within(1e-13));
        assertThat(LATTICE.covarianceTrace()).isCloseTo(1.003749474171286, within(1e-12));
        assertThat(LATTICE.meanSquaredNorm()).isCloseTo(1.0004329909306795, within(1e-12));
    }

    @Test
    void variance_far_from_the_origin_keeps_its_digits() {
        // numpy.mean(numpy.var(O, axis=0)), O = (1000 + .04 * lat(500, 16, 7919, 104729)).astype(float32), in float64;
        // the
        // one-pass formula mean(O**2) - mean(O)**2 gives 0.00013335869880393147
        EmbeddingProfile far = Lattice.profile(Lattice.rows(500, 16, 7919, 104729, 1000, .04));
        assertThat(far.meanVariance()).isCloseTo(0.00013335927113797516, Percentage.withPercentage(1e-7));
    }

    @Test
    void the_stored_form_never_changes() {
        EmbeddingRecorder recorder = new EmbeddingRecorder(2);
        recorder.add(new float[] {1, -.5f});
        recorder.add(new float[] {.1f, 3});
        recorder.add(new float[] {16, (float) -0x1p-40});
        recorder.add(new float[] {Float.NaN, 0});
        assertThat(HexFormat.of().formatHex(recorder.snapshot().toBytes())).isEqualTo(GOLDEN);
        assertThat(EmbeddingProfile.fromBytes(HexFormat.of().parseHex(GOLDEN))).isEqualTo(recorder.snapshot());
    }

    @Test
    void a_stored_profile_reads_back_equal() {
        EmbeddingProfile read = EmbeddingProfile.fromBytes(LATTICE.toBytes());
        assertThat(read).isEqualTo(LATTICE).hasSameHashCodeAs(LATTICE).hasToString(LATTICE.toString());
        assertThat(read.centroid()).isEqualTo(LATTICE.centroid());
    }

    @Test
    void damaged_bytes_are_refused_with_what_is_wrong_and_what_to_do() {
        refused(bytes -> new byte[3], "3 bytes are too few for its header; the stored bytes are damaged");
        refused(bytes -> with(bytes, 0, 2), "version 2 is not 1; read it with the Drift-Aware version that wrote it");
        refused(bytes -> with(bytes, 1, 2), "kind 2 is not 1");
        refused(bytes -> with(bytes, 2, 0), "dimension 0 is not 1 to 16000");
        refused(bytes -> with(bytes, 2, 3), "70 bytes where 86 are expected");
        refused(bytes -> with(bytes, 13, 0x80), "is not 0 to 34359738368");
        refused(bytes -> with(bytes, 21, 0x80), "rejected count -9223372036854775807 is not 0 to 2^55");
        refused(bytes -> with(bytes, 37, 0x7f), "sum 0 is too large for 3 vectors");
        refused(bytes -> with(bytes, 69, 0x80), "the sum of squared norms is impossible for 3 vectors");
        refused(bytes -> with(bytes, 6, 0), "sum 0 is too large for 0 vectors");
    }

    @Test
    void an_empty_profile_has_no_centroid_rather_than_a_zero_one() {
        EmbeddingProfile empty = EmbeddingProfile.empty(3);
        assertThat(empty.count()).isZero();
        assertThat(empty.merge(empty)).isEqualTo(empty);
        assertThat(EmbeddingProfile.fromBytes(empty.toBytes())).isEqualTo(empty);
        assertThatThrownBy(empty::centroid)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("centroid needs at least 1 vectors, this profile holds 0");
        assertThatThrownBy(empty::meanVariance).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(empty::meanSquaredNorm).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void one_vector_has_a_variance_of_zero_and_no_unbiased_one() {
        EmbeddingProfile one = Lattice.profile(new float[][] {{.1f, .7f, -.3f}});
        assertThat(one.meanVariance()).isCloseTo(0, within(1e-15));
        assertThatThrownBy(one::covarianceTrace)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at least 2 vectors, this profile holds 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, EmbeddingProfile.MAX_DIMENSION + 1})
    void an_impossible_dimension_is_refused(int dimension) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingProfile.empty(dimension))
                .withMessage("dimension " + dimension + " is not 1 to 16000");
    }

    @Test
    void profiles_of_different_dimensions_do_not_merge() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LATTICE.merge(EmbeddingProfile.empty(13)))
                .withMessageContaining("12 and 13 differ");
    }

    @Test
    void a_profile_never_holds_more_vectors_than_its_sums_bear() {
        byte[] full = EmbeddingProfile.empty(1).toBytes();
        full[10] = 8;
        EmbeddingProfile most = EmbeddingProfile.fromBytes(full);
        assertThat(most.count()).isEqualTo(EmbeddingProfile.MAX_COUNT);
        EmbeddingProfile one = Lattice.profile(new float[][] {{1}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> most.merge(one))
                .withMessageContaining("more than 34359738368");
        EmbeddingRecorder recorder = new EmbeddingRecorder(1);
        recorder.merge(most);
        assertThat(recorder.add(new float[] {1})).isFalse();
        assertThat(recorder.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    void arrays_that_are_handed_out_are_copies() {
        LATTICE.centroid()[0] = 99;
        LATTICE.centroidMatrix().set(0, 99);
        LATTICE.toBytes()[0] = 99;
        assertThat(LATTICE.centroid()[0]).isLessThan(1);
        assertThat(LATTICE.toBytes()[0]).isEqualTo((byte) 1);
    }

    private static void refused(UnaryOperator<byte[]> damage, String message) {
        byte[] bytes = damage.apply(HexFormat.of().parseHex(GOLDEN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingProfile.fromBytes(bytes))
                .withMessageStartingWith("embedding profile: ")
                .withMessageContaining(message);
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        bytes[index] = (byte) value;
        return bytes;
    }
}
