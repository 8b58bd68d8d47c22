package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BetaBinomialTest {

    /**
     * From Python's fractions: P(X = k) = comb(k + above, k) comb(n - k + m - above - 1, n - k) / comb(n + m, n). scipy 1.17
     * agrees with them by {@code d.pmf(arange(x + 1, n + 1)).sum() + d.pmf(x) / 2} of {@code d = stats.betabinom(n, above + 1,
     * m - above)}; its {@code d.sf} does not, below 1e-8 (1 minus a sum).
     */
    @ParameterizedTest
    @CsvSource({
        "0, 200, 25, 500, 0.9999344526320468",
        "10, 200, 25, 500, 0.5122066301225563",
        "20, 200, 25, 500, 0.010974138874020323",
        "30, 300, 125, 2500, 0.0005297410394906948",
        "300, 300, 125, 2500, 5.0000597780152266e-303",
        "5, 10, 0, 1, 0.5",
        "60, 1000, 50, 2500, 4.3283318614921764e-09",
        "400, 2500, 50, 2500, 3.846289143575279e-75"
    })
    void equals_exact_fractions(long x, long n, long above, long m, double expected) {
        // Logarithms of beta functions up to 1e3 in size leave 1e3 times 2^-53
        assertThat(BetaBinomial.upperMidP(x, n, above, m)).isCloseTo(expected, Percentage.withPercentage(1e-9));
    }

    @Test
    void nothing_new_says_nothing() {
        assertThat(BetaBinomial.upperMidP(0, 0, 25, 500)).isEqualTo(.5);
    }

    @Test
    void the_tail_falls_from_1_to_0() {
        double before = 1;
        for (int x = 0; x <= 400; x++) {
            double p = BetaBinomial.upperMidP(x, 400, 25, 500);
            assertThat(p).isBetween(0.0, before);
            before = p;
        }
    }

    /** The exceedances of an order statistic are beta-binomial whatever the distribution: the mean mid-p is 1/2. */
    @Test
    void mid_p_values_of_exchangeable_values_average_a_half() {
        Random random = new Random(4);
        int draws = 4_000;
        int m = 100;
        int n = 40;
        int above = 5;
        double sum = 0;
        for (int draw = 0; draw < draws; draw++) {
            double[] old = random.doubles(m).map(u -> -Math.log(u)).sorted().toArray();
            double threshold = old[m - 1 - above];
            long x = Arrays.stream(random.doubles(n).map(u -> -Math.log(u)).toArray())
                    .filter(value -> value > threshold)
                    .count();
            sum += BetaBinomial.upperMidP(x, n, above, m);
        }
        // Of variance 1/12 at most: four standard errors
        assertThat(Math.abs(sum / draws - .5)).isLessThan(4 * Math.sqrt(1 / 12.0 / draws));
    }
}
