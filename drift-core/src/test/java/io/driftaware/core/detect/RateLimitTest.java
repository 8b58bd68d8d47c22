package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    @Test
    void a_rate_above_the_limit_is_exceeded_and_a_rate_at_it_is_not() {
        Finding.Compared at = refusals(5, 95, 0);
        assertThat(at.value()).isEqualTo(.05);
        assertThat(at.exceeded()).isFalse();
        assertThat(refusals(6, 94, 0).exceeded()).isTrue();
        assertThat(at.detector()).isEqualTo("refusal_rate");
        assertThat(at.details()).containsEntry(RateLimit.FLAGGED, 5.0).doesNotContainKey(RateLimit.BASELINE_RATE);
    }

    @Test
    void unknown_flags_leave_the_denominator_and_are_shown() {
        Finding.Compared found = refusals(6, 94, 1000);
        assertThat(found.value()).isEqualTo(.06);
        assertThat(found.recentSamples()).isEqualTo(100);
        assertThat(found.details()).containsEntry(RateLimit.UNKNOWN, 1000.0);
    }

    @Test
    void too_few_known_flags_are_insufficient_however_many_interactions_there_are() {
        assertThat(RateLimit.refusals().compare(profile(40, 9, 1000), InteractionProfile.empty()))
                .isEqualTo(new Finding.Insufficient(
                        "refusal_rate",
                        "the recent window has 49 interactions with a known flag, 50 are needed",
                        49,
                        0,
                        50));
        assertThat(RateLimit.refusals().withMinimumSamples(49).compare(profile(40, 9, 0), InteractionProfile.empty()))
                .isInstanceOf(Finding.Compared.class);
    }

    @Test
    void the_baseline_is_shown_and_does_not_decide() {
        Finding found = RateLimit.refusals().compare(profile(2, 98, 0), profile(1, 3, 0));
        assertThat(found).isInstanceOfSatisfying(Finding.Compared.class, compared -> {
            assertThat(compared.exceeded()).isFalse();
            assertThat(compared.baselineSamples()).isEqualTo(4);
            assertThat(compared.details()).containsEntry(RateLimit.BASELINE_RATE, .25);
        });
    }

    @Test
    void toxicity_has_its_own_flag_name_and_limit() {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addInteractions(false, true, 3);
        recorder.addInteractions(null, false, 97);
        assertThat(RateLimit.toxicity().compare(recorder.snapshot(), InteractionProfile.empty()))
                .isInstanceOfSatisfying(Finding.Compared.class, compared -> {
                    assertThat(compared.detector()).isEqualTo("toxicity_rate");
                    assertThat(compared.value()).isEqualTo(.03);
                    assertThat(compared.threshold()).isEqualTo(.02);
                    assertThat(compared.exceeded()).isTrue();
                });
    }

    @Test
    void an_impossible_limit_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.refusals().withThreshold(5))
                .withMessage("threshold 5.0 is not 0.0 to 1.0");
    }

    private static Finding.Compared refusals(long flagged, long unflagged, long unknown) {
        Finding found = RateLimit.refusals().compare(profile(flagged, unflagged, unknown), InteractionProfile.empty());
        return (Finding.Compared) found;
    }

    private static InteractionProfile profile(long flagged, long unflagged, long unknown) {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addInteractions(true, null, flagged);
        recorder.addInteractions(false, null, unflagged);
        recorder.addInteractions(null, null, unknown);
        return recorder.snapshot();
    }
}
