package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.InteractionRecorder;
import org.junit.jupiter.api.Test;

class MeanTestTest {

    private static final FeedbackCounts BASELINE = scores(140, 0.9, 60, 0.5);

    @Test
    void equalsStudentsTestOfOneSample() {
        // scipy 1.17: ttest_1samp([.9] * 60 + [.5] * 40, .8, alternative='less').pvalue
        assertThat(MeanTest.below(scores(60, 0.9, 40, 0.5), 0.8)).isCloseTo(0.001483829644004661, within(1e-9));
    }

    @Test
    void equalsWelchsTestOfTwoSamples() {
        // scipy 1.17: ttest_ind([.9] * 60 + [.5] * 40, [.9] * 140 + [.5] * 60, equal_var=False, alternative='less')
        assertThat(MeanTest.fell(scores(60, 0.9, 40, 0.5), BASELINE)).isCloseTo(0.0458465070043095, within(1e-9));
        // scipy 1.17: the same of [.9] * 30 + [.4] * 70
        assertThat(MeanTest.fell(scores(30, 0.9, 70, 0.4), BASELINE)).isCloseTo(1.6987586160479921e-15, within(1e-21));
    }

    @Test
    void scoresThatDoNotVaryFellOrDidNot() {
        FeedbackCounts high = scores(10, 0.9, 0, 0);
        FeedbackCounts low = scores(10, 0.4, 0, 0);

        assertThat(MeanTest.fell(low, high)).isZero();
        assertThat(MeanTest.fell(high, low)).isEqualTo(0.5);
        assertThat(MeanTest.below(high, 0.9)).isEqualTo(0.5);
    }

    @Test
    void oneScoreSaysNothing() {
        assertThat(MeanTest.below(scores(1, 0.1, 0, 0), 0.9)).isEqualTo(0.5);
        assertThat(MeanTest.fell(scores(1, 0.1, 0, 0), BASELINE)).isEqualTo(0.5);
    }

    private static FeedbackCounts scores(long many, double score, long others, double other) {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addFeedback(score, many);
        if (others > 0) {
            recorder.addFeedback(other, others);
        }
        return recorder.snapshot().feedback();
    }
}
