package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import org.junit.jupiter.api.Test;

class FeedbackDropTest {

    @Test
    void a_drop_of_exactly_the_threshold_is_exceeded_whatever_doubles_make_of_it() {
        assertThat(.85 - .80).isLessThan(.05);
        Finding.Compared found = compared(scores(.80, 60), scores(.85, 60));
        assertThat(found.value()).isEqualTo(.05);
        assertThat(found.exceeded()).isTrue();
        assertThat(found.detector()).isEqualTo("feedback_drop");
        assertThat(found.details())
                .containsEntry(FeedbackDrop.RECENT_MEAN, .8)
                .containsEntry(FeedbackDrop.BASELINE_MEAN, .85);
    }

    @Test
    void a_smaller_drop_and_a_rise_are_not_exceeded() {
        assertThat(compared(scores(.81, 60), scores(.85, 77)).exceeded()).isFalse();
        Finding.Compared rise = compared(scores(.9, 60), scores(.8, 60));
        assertThat(rise.value()).isCloseTo(-.1, within(1e-15));
        assertThat(rise.exceeded()).isFalse();
    }

    @Test
    void too_few_scores_on_either_side_are_insufficient() {
        assertThat(FeedbackDrop.withDefaults().compare(scores(.1, 49), scores(.9, 60)))
                .isEqualTo(new Finding.Insufficient(
                        "feedback_drop", "the recent window has 49 scores, 50 are needed", 49, 60, 50));
        assertThat(FeedbackDrop.withDefaults().compare(scores(.1, 60), InteractionProfile.empty()))
                .isEqualTo(new Finding.Insufficient(
                        "feedback_drop", "the baseline window has 0 scores, 50 are needed", 60, 0, 50));
        assertThat(FeedbackDrop.withDefaults().withMinimumSamples(2).compare(scores(.1, 2), scores(.9, 2)))
                .isInstanceOf(Finding.Compared.class);
    }

    @Test
    void an_impossible_threshold_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeedbackDrop.withDefaults().withThreshold(-.05))
                .withMessage("threshold -0.05 is not 0.0 to 1.0");
    }

    private static Finding.Compared compared(InteractionProfile recent, InteractionProfile baseline) {
        return (Finding.Compared) FeedbackDrop.withDefaults().compare(recent, baseline);
    }

    private static InteractionProfile scores(double score, long times) {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addFeedback(score, times);
        return recorder.snapshot();
    }
}
