package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.sequential.ConfidenceSequence.Interval;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfidenceSequenceTest {
    /** Computed with the Python package confseq 0.0.11, beta-binomial mixture with a = b = 1/2. */
    @ParameterizedTest
    @CsvSource({
        "0, 100, 0, .05703",
        "2, 100, .00048, .10468",
        "20, 1000, .00782, .04064",
        "45, 1000, .02498, .07307",
        "450, 10000, .03727, .05368"
    })
    void bounds_are_those_of_the_reference(long events, long trials, double lower, double upper) {
        Interval interval = ConfidenceSequence.rate(events, trials, .05);

        assertThat(interval.lower()).isCloseTo(lower, within(5e-6));
        assertThat(interval.upper()).isCloseTo(upper, within(5e-6));
    }

    /** confseq.boundaries.bernoulli_confidence_interval, whose printed digits are cut off, not rounded. */
    @ParameterizedTest
    @CsvSource({"700, 1000, 100, .651629, .745949", "15, 50, 50, .129556, .511896"})
    void tuned_bounds_are_those_of_the_reference(
            long events, long trials, double shortestAt, double lower, double upper) {
        Interval interval = ConfidenceSequence.rate(events, trials, .05, shortestAt);

        assertThat(interval.lower()).isCloseTo(lower, within(1e-6));
        assertThat(interval.upper()).isCloseTo(upper, within(1e-6));
    }

    @Test
    void nothing_is_known_of_no_trial_and_the_ends_are_included() {
        assertThat(ConfidenceSequence.rate(0, 0, .05)).isEqualTo(new Interval(0, 1));
        assertThat(ConfidenceSequence.rate(0, 10, .05).lower()).isZero();
        assertThat(ConfidenceSequence.rate(10, 10, .05).upper()).isOne();
    }

    @Test
    void the_true_rate_is_left_at_no_moment_in_more_than_alpha_of_the_streams() {
        SplittableRandom random = new SplittableRandom(20_261_123);
        int streams = 200;
        int missed = 0;
        for (int stream = 0; stream < streams; stream++) {
            long events = 0;
            boolean outside = false;
            for (int n = 1; n <= 400 && !outside; n++) {
                events += random.nextDouble() < .1 ? 1 : 0;
                Interval interval = ConfidenceSequence.rate(events, n, .1);
                outside = interval.lower() > .1 || interval.upper() < .1;
            }
            missed += outside ? 1 : 0;
        }
        // At most 20 are expected; 3 standard deviations of a binomial(200, .1) above are 32.
        assertThat(missed).isLessThanOrEqualTo(32);
    }

    @Test
    void impossible_counts_are_refused_by_name() {
        assertThatThrownBy(() -> ConfidenceSequence.rate(2, 1, .05)).hasMessageContaining("2 events in 1 trials");
        assertThatThrownBy(() -> ConfidenceSequence.rate(1, 2, 1)).hasMessageContaining("alpha = 1.0");
        assertThatThrownBy(() -> ConfidenceSequence.rate(1, 2, .05, 0)).hasMessageContaining("shortestAt = 0.0");
    }
}
