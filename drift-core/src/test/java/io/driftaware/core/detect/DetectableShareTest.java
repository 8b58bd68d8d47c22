package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectableShareTest {

    private static final int DRAWS = 4_000;

    @ParameterizedTest
    @CsvSource({"50, 125, 2500", "200, 25, 500", "200, 125, 2500", "500, 50, 1000", "1000, 125, 2500", "2500, 125, 2500"
    })
    void is_found_in_about_four_of_five_windows(int n, int above, int m) {
        double share = DetectableShare.of(n, above, m);
        Random random = new Random(n + m);
        int found = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            // The true rate of novel rows, given where the held-out quantile came to lie
            double rate = rateAbove(random, above, m);
            int novel = 0;
            for (int row = 0; row < n; row++) {
                novel += random.nextDouble() < share + (1 - share) * rate ? 1 : 0;
            }
            found += BetaBinomial.upperMidP(novel, n, above, m) <= .05 ? 1 : 0;
        }
        // The stated .73 to .81, and four standard errors of the simulation
        double error = 4 * Math.sqrt(.8 * .2 / DRAWS);
        assertThat((double) found / DRAWS).isBetween(.73 - error, .81 + error);
    }

    @Test
    void falls_with_the_size_of_the_window_and_is_a_share() {
        double before = 1;
        for (int n = 1; n <= 2_500; n++) {
            double share = DetectableShare.of(n, 125, 2_500);
            assertThat(share).isGreaterThan(0).isLessThanOrEqualTo(before);
            before = share;
        }
        // Python: the larger root of the same quadratic, scipy 1.17 stats.norm.ppf
        assertThat(DetectableShare.of(200, 125, 2_500)).isCloseTo(.0466, within(5e-5));
        assertThat(DetectableShare.of(200, 0, 500)).isCloseTo(.0138, within(5e-5));
    }

    /** Of m + 1 gaps between uniform values the above + 1 uppermost: a beta variable from two gamma variables. */
    private static double rateAbove(Random random, int above, int m) {
        double upper = 0;
        double all = 0;
        for (int gap = 0; gap <= m; gap++) {
            double size = -Math.log(1 - random.nextDouble());
            all += size;
            upper += gap <= above ? size : 0;
        }
        return upper / all;
    }
}
