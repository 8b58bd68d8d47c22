package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BatchCorrelationTest {
    /** With batches of one size it is the textbook formula (MSB - MSW) / (MSB + (n - 1) MSW). */
    @Test
    void equal_batches_give_the_textbook_value() {
        BatchCorrelation correlation = new BatchCorrelation();
        long[] events = {0, 1, 4, 5, 0, 2};
        events(correlation, events, 5);

        double mean = 12 / 30.0;
        double between = 0;
        double within = 0;
        for (long x : events) {
            double p = x / 5.0;
            between += 5 * (p - mean) * (p - mean) / 5;
            within += 5 * p * (1 - p) / 24;
        }
        assertThat(correlation.estimate()).isCloseTo((between - within) / (between + 4 * within), within(1e-12));
    }

    private static void events(BatchCorrelation correlation, long[] events, long rows) {
        for (long x : events) {
            correlation.add(x, rows);
        }
    }

    @Test
    void independent_rows_have_none_and_beta_binomial_batches_have_theirs() {
        SplittableRandom random = new SplittableRandom(5);
        BatchCorrelation independent = new BatchCorrelation();
        BatchCorrelation clustered = new BatchCorrelation();
        for (int batch = 0; batch < 4000; batch++) {
            int rows = 20 + random.nextInt(60);
            independent.add(binomial(random, rows, .1), rows);
            // A rate that is .05 or .15 with equal probability: icc = .0025 / .09.
            clustered.add(binomial(random, rows, random.nextBoolean() ? .05 : .15), rows);
        }
        // Standard error about sqrt(2 / 4000) / 50 = .0005, see Donner 1986.
        assertThat(independent.estimate()).isCloseTo(0, within(.002));
        assertThat(clustered.estimate()).isCloseTo(.0025 / .09, within(.003));
    }

    private static long binomial(SplittableRandom random, int rows, double rate) {
        long events = 0;
        for (int i = 0; i < rows; i++) {
            events += random.nextDouble() < rate ? 1 : 0;
        }
        return events;
    }

    @Test
    void too_little_says_nothing() {
        BatchCorrelation correlation = new BatchCorrelation();
        assertThat(correlation.estimate()).isZero();
        correlation.add(1, 1);
        correlation.add(0, 0);
        correlation.add(0, 1);
        assertThat(correlation.estimate()).isZero();
        assertThat(BatchCorrelation.designEffect(.5, 0)).isOne();
        assertThat(BatchCorrelation.designEffect(.01, 51)).isCloseTo(1.5, within(1e-12));
        assertThatThrownBy(() -> correlation.add(2, 1)).hasMessageContaining("2 events in 1 rows");
    }
}
