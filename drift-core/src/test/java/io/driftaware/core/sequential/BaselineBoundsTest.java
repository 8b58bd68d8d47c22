package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BaselineBoundsTest {
    /** scipy 1.10.1: beta.isf(risk, events + 1, trials - events). */
    @ParameterizedTest
    @CsvSource({
        "0, 100, .01, 0.045007413978564045",
        "2, 100, .01, 0.08141194630280844",
        "150, 5000, .01, 0.036096586537374395",
        "45, 1000, .00125, 0.06839634447843519",
        "99, 100, .05, 0.9994871985837377"
    })
    void the_bound_of_a_rate_is_that_of_clopper_and_pearson(long events, long trials, double risk, double bound) {
        assertThat(BaselineBounds.rateAtMost(events, trials, risk)).isCloseTo(bound, within(1e-12));
    }

    @Test
    void where_everything_was_an_event_every_rate_is_possible() {
        assertThat(BaselineBounds.rateAtMost(5, 5, .01)).isOne();
    }

    @Test
    void the_bound_of_a_mean_is_that_of_maurer_and_pontil() {
        // Python: .8 - sqrt(2 * .04 * log(2 / .05) / 1000) - 7 * log(2 / .05) / (3 * 999)
        assertThat(BaselineBounds.meanAtLeast(1000, .8, .04, .05)).isCloseTo(0.7742052222718037, within(1e-12));
    }

    @Test
    void a_true_mean_is_below_its_bound_in_fewer_samples_than_the_risk() {
        SplittableRandom random = new SplittableRandom(7);
        int wrong = 0;
        for (int sample = 0; sample < 500; sample++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < 200; i++) {
                double score = random.nextDouble() < .8 ? 1 : 0;
                sum += score;
                squares += score * score;
            }
            double mean = sum / 200;
            wrong += BaselineBounds.meanAtLeast(200, mean, (squares - 200 * mean * mean) / 199, .1) > .8 ? 1 : 0;
        }
        // 50 are allowed on average; the bound is far from tight.
        assertThat(wrong).isLessThan(50);
    }

    @Test
    void nonsense_is_refused_by_name() {
        assertThatThrownBy(() -> BaselineBounds.rateAtMost(3, 2, .1)).hasMessageContaining("3.0 events in 2.0 trials");
        assertThatThrownBy(() -> BaselineBounds.rateAtMost(1, 2, 0)).hasMessageContaining("risk = 0.0");
        assertThatThrownBy(() -> BaselineBounds.meanAtLeast(1, .5, 0, .1)).hasMessageContaining("count = 1.0");
        assertThatThrownBy(() -> BaselineBounds.meanAtLeast(10, 1.5, 0, .1)).hasMessageContaining("mean = 1.5");
    }
}
