package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InteractionProfileTest {

    /**
     * {@code struct.pack('<bb', 1, 2) + pack('<6q', 2, 3, 1, 1, 4, 1) + pack('<3q', 5, 2, 1)}, then sum(u) and sum(u*u) of u
     * = 850000, 850000, 500000, 1200000, -100000 as 16 bytes each, then 101 bins: one in bin 50, two in bin 85.
     */
    private static final String GOLDEN = "0102" + "020000000000000003000000000000000100000000000000"
            + "010000000000000004000000000000000100000000000000" + "050000000000000002000000000000000100000000000000"
            + "a05a3200000000000000000000000000" + "009a9b40dc0200000000000000000000"
            + "0000000000000000".repeat(50) + "0100000000000000" + "0000000000000000".repeat(34) + "0200000000000000"
            + "0000000000000000".repeat(15);

    @Test
    void an_unknown_flag_is_no_part_of_the_rate() {
        InteractionProfile profile = sample();
        assertThat(profile.interactions()).isEqualTo(6);
        assertThat(profile.refusals()).isEqualTo(new FlagCounts(2, 3, 1));
        assertThat(profile.refusals().rate()).hasValue(.4);
        assertThat(profile.toxicity().rate()).hasValue(.2);
        assertThat(new FlagCounts(0, 0, 7).rate()).isEmpty();
        assertThat(InteractionProfile.empty().refusals().rate()).isEmpty();
    }

    @Test
    void every_finite_score_counts_in_the_mean_and_those_out_of_range_are_counted_besides() {
        FeedbackCounts feedback = sample().feedback();
        assertThat(feedback.count()).isEqualTo(5);
        assertThat(feedback.outOfRange()).isEqualTo(2);
        assertThat(feedback.rejected()).isEqualTo(1);
        assertThat(feedback.sum()).isEqualByComparingTo("3.3");
        // s = numpy.array([.85, .85, .5, 1.2, -.1]); s.mean(); s.var(ddof=1)
        assertThat(feedback.mean().orElseThrow()).isCloseTo(.66, within(1e-15));
        assertThat(feedback.variance().orElseThrow()).isCloseTo(.24174999999999996, within(1e-15));
    }

    @Test
    void no_score_has_no_mean_and_one_has_no_variance() {
        assertThat(InteractionProfile.empty().feedback().mean()).isEmpty();
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addFeedback(.9);
        assertThat(recorder.snapshot().feedback().mean()).hasValue(.9);
        assertThat(recorder.snapshot().feedback().variance()).isEmpty();
    }

    @Test
    void every_score_with_two_decimals_is_held_exactly_and_has_its_own_bin() {
        InteractionRecorder recorder = new InteractionRecorder();
        BigDecimal sum = BigDecimal.ZERO;
        for (int hundredths = -999; hundredths <= 999; hundredths++) {
            BigDecimal score = BigDecimal.valueOf(hundredths, 2);
            recorder.addFeedback(score.doubleValue());
            recorder.addFeedback(score.abs().doubleValue(), 2);
            sum = sum.add(score).add(score.abs()).add(score.abs());
        }
        FeedbackCounts feedback = recorder.snapshot().feedback();
        assertThat(feedback.sum()).isEqualByComparingTo(sum);
        assertThat(feedback.histogram()[0]).isEqualTo(3);
        assertThat(Arrays.copyOfRange(feedback.histogram(), 1, FeedbackCounts.BINS))
                .containsOnly(5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1048577, -1e300})
    void a_score_beyond_all_range_is_counted_and_left_out(double score) {
        InteractionRecorder recorder = new InteractionRecorder();
        assertThat(recorder.addFeedback(score, 3)).isFalse();
        assertThat(recorder.snapshot().feedback().rejected()).isEqualTo(3);
        assertThat(recorder.snapshot().feedback().count()).isZero();
    }

    @Test
    void many_rows_at_once_are_the_same_as_one_by_one() {
        InteractionRecorder grouped = new InteractionRecorder();
        InteractionRecorder single = new InteractionRecorder();
        grouped.addInteractions(true, null, 3);
        grouped.addInteractions(null, false, 0);
        grouped.addFeedback(.35, 3);
        for (int i = 0; i < 3; i++) {
            single.addInteraction(true, null);
            single.addFeedback(.35);
        }
        assertThat(grouped.snapshot().toBytes()).isEqualTo(single.snapshot().toBytes());
        InteractionRecorder merging = new InteractionRecorder();
        merging.merge(single.snapshot());
        assertThat(merging.snapshot()).isEqualTo(single.snapshot()).hasSameHashCodeAs(single.snapshot());
    }

    @Test
    void negative_and_overflowing_counts_are_refused() {
        InteractionRecorder recorder = new InteractionRecorder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recorder.addInteractions(true, true, -1))
                .withMessage("times -1 is negative");
        assertThatIllegalArgumentException().isThrownBy(() -> recorder.addFeedback(.5, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlagCounts(0, -2, 0))
                .withMessageContaining("unflagged -2");
        recorder.addInteractions(true, true, Long.MAX_VALUE);
        assertThatThrownBy(() -> recorder.addInteraction(true, true)).isInstanceOf(ArithmeticException.class);
        recorder.addFeedback(.5, 1L << 46);
        assertThatThrownBy(recorder::snapshot)
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("use a shorter window");
    }

    @Test
    void flags_of_different_sets_do_not_make_a_profile() {
        FeedbackCounts none = InteractionProfile.empty().feedback();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InteractionProfile(new FlagCounts(1, 0, 0), new FlagCounts(1, 0, 1), none))
                .withMessageContaining("1 interactions and toxicity flags of 2");
    }

    @Test
    void the_stored_form_never_changes() {
        assertThat(HexFormat.of().formatHex(sample().toBytes())).isEqualTo(GOLDEN);
        assertThat(InteractionProfile.fromBytes(HexFormat.of().parseHex(GOLDEN)))
                .isEqualTo(sample());
    }

    @Test
    void damaged_bytes_are_refused_with_what_is_wrong_and_what_to_do() {
        refused(bytes -> new byte[1], "1 bytes are too few");
        refused(bytes -> Arrays.copyOf(bytes, 913), "913 bytes where 914 are expected; the stored bytes are damaged");
        refused(bytes -> with(bytes, 0, 7), "version 7 is not 1");
        refused(bytes -> with(bytes, 1, 1), "kind 1 is not 2");
        refused(bytes -> with(bytes, 9, 0x80), "refusal count -9223372036854775806 is not 0 to 2^55");
        refused(bytes -> with(bytes, 33, 0x7f), "toxicity count 9151314442816847873 is not 0 to 2^55");
        refused(bytes -> with(bytes, 2, 9), "refusal flags of 13 interactions, toxicity flags of 6");
        refused(bytes -> with(bytes, 50, 6), "the histogram holds 3 scores where 4 are expected");
        refused(bytes -> with(bytes, 56, 1), "scores cannot have these sums");
        refused(bytes -> with(bytes, 105, 0x80), "scores cannot have these sums");
    }

    @Test
    void a_score_outside_the_expected_range_that_was_never_added_cannot_be_taken_back() {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addFeedback(1.01);
        recorder.removeFeedback(9.99, 1);
        assertThatIllegalStateException().isThrownBy(recorder::snapshot);
        recorder.addFeedback(9.99);
        assertThat(recorder.snapshot().feedback().mean()).hasValue(1.01);
        recorder.removeFeedback(1.02, 1);
        assertThatIllegalStateException().isThrownBy(recorder::snapshot);
    }

    private static InteractionProfile sample() {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addInteraction(true, true);
        recorder.addInteraction(true, false);
        recorder.addInteractions(false, false, 3);
        recorder.addInteraction(null, null);
        for (double score : new double[] {.85, .85, .5, 1.2, -.1, Double.NaN}) {
            recorder.addFeedback(score);
        }
        return recorder.snapshot();
    }

    private static void refused(UnaryOperator<byte[]> damage, String message) {
        byte[] bytes = damage.apply(HexFormat.of().parseHex(GOLDEN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InteractionProfile.fromBytes(bytes))
                .withMessageStartingWith("interaction profile: ")
                .withMessageContaining(message);
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        bytes[index] = (byte) value;
        return bytes;
    }
}
