package io.driftaware.runner.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.runner.view.Series.Point;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SumsTest {
    private static Point of(long rows, double sum) {
        Sums sums = new Sums();
        sums.add(rows, sum, 900);
        Point point = sums.at(Instant.EPOCH, 900);
        assertThat(point).isNotNull();
        return point;
    }

    /** By hand: 1/(1 + z^2/5) and z^2/(z^2 + 5) with z = 1.959964. */
    @Test
    void five_equal_scores_do_not_make_the_mean_certain() {
        assertThat(of(5, 5).low()).isCloseTo(1 / (1 + 1.959964 * 1.959964 / 5), within(1e-9));
        assertThat(of(5, 5).high()).isEqualTo(1);
        assertThat(of(5, 0).high()).isCloseTo(1.959964 * 1.959964 / (1.959964 * 1.959964 + 5), within(1e-9));
        assertThat(of(1, 0.5).low()).isPositive();
    }

    /**
     * The most that scores can vary is as 0 and 1, where the interval is Wilson's, whose coverage at such counts is known to be
     * near its level and at times below (Brown, Cai and DasGupta 2001: .93 and more for 20 rows and means of .1 to .9).
     */
    @Test
    void the_interval_holds_the_mean_nearly_always_however_scores_vary() {
        Random random = new Random(5);
        double[][] kinds = {{0, 1}, {0.4, 0.6}, {0.2, 1}};
        for (double[] kind : kinds) {
            int held = 0;
            int runs = 20_000;
            for (int run = 0; run < runs; run++) {
                double sum = 0;
                for (int i = 0; i < 20; i++) {
                    sum += kind[random.nextInt(2)];
                }
                Point point = of(20, sum);
                double mean = (kind[0] + kind[1]) / 2;
                held += point.low() <= mean && mean <= point.high() ? 1 : 0;
            }
            // Four standard errors of a share of .93.
            assertThat(held / (double) runs).isGreaterThan(0.93 - 4 * Math.sqrt(0.93 * 0.07 / runs));
        }
    }

    @Test
    void a_mean_of_scores_beyond_0_to_1_is_shown_as_it_is() {
        assertThat(of(4, 8)).satisfies(point -> {
            assertThat(point.value()).isEqualTo(2);
            assertThat(point.high()).isEqualTo(2);
            assertThat(point.low()).isLessThan(1);
        });
    }
}
