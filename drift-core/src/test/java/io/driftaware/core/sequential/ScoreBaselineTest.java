package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ScoreBaselineTest {
    @Test
    void mean_and_variance_are_those_of_the_scores() {
        ScoreBaselineRecorder recorder = new ScoreBaselineRecorder();
        recorder.add(Checks.scores(.1, .35, .99));
        recorder.add(Checks.scores());
        recorder.add(Checks.scores(1, 0, .5));
        ScoreBaseline baseline = recorder.snapshot();

        // numpy: a = [.1, .35, .99, 1, 0, .5]; a.mean(), a.var(ddof=1)
        assertThat(baseline.count()).isEqualTo(6).isEqualTo(recorder.count());
        assertThat(baseline.mean()).isCloseTo(0.49, within(1e-15));
        assertThat(baseline.variance()).isCloseTo(0.1844, within(1e-12));
        assertThat(baseline.usualBatch()).isEqualTo(3);
    }

    @Test
    void its_limit_is_the_bound_of_as_many_scores_as_the_correlated_ones_are_worth() {
        assertThat(new ScoreBaseline(1000, .8, .04, 0, 5).limit(.05).orElseThrow())
                .isEqualTo(BaselineBounds.meanAtLeast(1000, .8, .04, .05));
        assertThat(new ScoreBaseline(1000, .8, .04, .25, 5).limit(.05).orElseThrow())
                .isEqualTo(BaselineBounds.meanAtLeast(500, .8, .04, .05));
        assertThat(new ScoreBaseline(3, .8, .04, 0, 1).limit(.05)).isEmpty();
        assertThat(new ScoreBaseline(10_000, 1, 0, 0, 1).limit(.01).orElseThrow())
                .isBetween(.99, 1.0);
    }

    @Test
    void batches_that_share_a_mood_are_correlated() {
        SplittableRandom random = new SplittableRandom(4);
        ScoreBaselineRecorder recorder = new ScoreBaselineRecorder();
        for (int batch = 0; batch < 4000; batch++) {
            double mood = random.nextBoolean() ? .6 : .8;
            double[] scores = new double[10];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = mood + (random.nextBoolean() ? .2 : -.2);
            }
            recorder.add(Checks.scores(scores));
        }
        // Variance between .01, within .04: icc .2, standard error about sqrt(2 / 4000) (.2 + .8 / 10) = .006.
        assertThat(recorder.snapshot().correlation()).isCloseTo(.2, within(.02));
    }

    @Test
    void its_bytes_survive_a_restart_and_are_the_same_for_ever() {
        ScoreBaseline baseline = new ScoreBaseline(1000, .75, .0625, .125, 5);

        assertThat(ScoreBaseline.fromBytes(baseline.toBytes())).isEqualTo(baseline);
        assertThat(Base64.getEncoder().encodeToString(baseline.toBytes()))
                .isEqualTo("AQAAAAAAAAPoP+gAAAAAAAA/sAAAAAAAAD/AAAAAAAAAQBQAAAAAAAA=");
        assertThatThrownBy(() -> ScoreBaseline.fromBytes(new byte[41])).hasMessageContaining("version 1");
    }

    @Test
    void nonsense_is_refused_by_name() {
        assertThatThrownBy(() -> new ScoreBaselineRecorder().snapshot()).hasMessageContaining("count = 0.0");
        assertThatThrownBy(() -> new ScoreBaseline(5, 2, 0, 0, 1)).hasMessageContaining("mean = 2.0");
        assertThatThrownBy(() -> new ScoreBaseline(5, .5, 0, 0, Double.NaN)).hasMessageContaining("usualBatch = NaN");
        long[] negative = new long[MeanFall.HUNDREDTHS];
        negative[3] = -1;
        assertThatThrownBy(() -> new ScoreBaselineRecorder().add(negative)).hasMessageContaining("-1");
    }
}
