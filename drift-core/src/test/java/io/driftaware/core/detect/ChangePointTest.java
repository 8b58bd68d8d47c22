package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangePointTest {

    @Test
    void a_rise_is_dated_to_its_first_batch() {
        long[] rows = {100, 100, 100, 100, 100, 100};
        assertThat(ChangePoint.ofRise(new long[] {2, 3, 1, 12, 14, 11}, rows, 0.02))
                .hasValue(3);
    }

    @Test
    void a_series_that_rose_from_the_start_is_dated_to_its_start() {
        assertThat(ChangePoint.ofRise(new long[] {20, 22, 19}, new long[] {100, 100, 100}, 0.05))
                .hasValue(0);
    }

    @Test
    void batches_without_rows_are_passed_over() {
        assertThat(ChangePoint.ofRise(new long[] {1, 0, 0, 9, 0, 8}, new long[] {50, 0, 0, 50, 0, 50}, 0.02))
                .hasValue(3);
    }

    @Test
    void a_rate_that_was_zero_can_rise_too() {
        assertThat(ChangePoint.ofRise(new long[] {0, 0, 3}, new long[] {100, 100, 100}, 0))
                .hasValue(2);
    }

    @Test
    void what_did_not_rise_has_no_date() {
        assertThat(ChangePoint.ofRise(new long[] {1, 0, 1}, new long[] {100, 100, 100}, 0.05))
                .isEmpty();
        assertThat(ChangePoint.ofRise(new long[0], new long[0], 0.05)).isEmpty();
    }

    @Test
    void a_fall_of_a_mean_is_dated_to_its_first_batch() {
        assertThat(ChangePoint.ofFall(new double[] {40, 41, 30, 31}, new long[] {50, 50, 50, 50}, 0.8))
                .hasValue(2);
        assertThat(ChangePoint.ofFall(new double[] {45, 0, 46}, new long[] {50, 0, 50}, 0.8))
                .isEmpty();
    }

    /**
     * From 5 to 15 % at batch 60 of 120, 100 rows each: the error of the estimate does not grow with the length of the series
     * (Hinkley 1970); the divergence of one batch is 100 KL(.15, .05) = 7.4 nats, so three batches off is past 1 in 10^9.
     */
    @Test
    void the_date_is_right_to_three_batches() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            long[] rows = new long[120];
            long[] events = new long[120];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = 100;
                for (int row = 0; row < 100; row++) {
                    events[i] += random.nextDouble() < (i < 60 ? 0.05 : 0.15) ? 1 : 0;
                }
            }
            assertThat(ChangePoint.ofRise(events, rows, 0.05).orElseThrow()).isBetween(57, 63);
        }
    }

    @Test
    void impossible_counts_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChangePoint.ofRise(new long[] {5}, new long[] {4}, 0.1))
                .withMessage("5 events of 4 rows in batch 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChangePoint.ofRise(new long[] {1}, new long[] {4, 4}, 0.1))
                .withMessage("1 and 2 batches are not the same");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChangePoint.ofRise(new long[] {1}, new long[] {4}, Double.NaN))
                .withMessage("usual rate NaN is not 0 to 1");
    }
}
