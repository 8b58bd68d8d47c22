package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against scipy 1.17.1, the call beside each value. */
class PValuesTest {

    private static final Percentage CLOSE = Percentage.withPercentage(1e-6);

    @Test
    void the_normal_distribution_is_that_of_scipy() {
        // stats.norm.sf(5), stats.norm.ppf(.99)
        assertThat(PValues.normalUpper(5)).isCloseTo(2.866515718791933e-07, CLOSE);
        assertThat(PValues.normalQuantile(0.99)).isCloseTo(2.3263478740408408, CLOSE);
    }

    /** stats.chi2.sf(value, degrees) */
    @ParameterizedTest
    @CsvSource({
        "152, 124, 0.04446758183373864",
        "3.84, 1, 0.05004352124870519",
        "1, 2.5, 0.7162100473346871",
        "60, 10, 3.6243009520614924e-09"
    })
    void the_chi_squared_distribution_is_that_of_scipy(double value, double degrees, double expected) {
        assertThat(PValues.chiSquaredUpper(value, degrees)).isCloseTo(expected, CLOSE);
    }

    @Test
    void nothing_is_below_a_chi_squared_value_of_zero() {
        assertThat(PValues.chiSquaredUpper(0, 3)).isEqualTo(1);
    }

    /** nu = c2**3 / c3**2; stats.chi2.sf(nu + (t - c1) * sqrt(nu / c2), nu) with c1, c2, c3 = 1, .05, .004 */
    @ParameterizedTest
    @CsvSource({"1, 0.43267686506185987", "1.5, 0.07377805216853392", "2, 0.008242495126478804"})
    void a_weighted_sum_of_chi_squares_is_matched_in_three_moments(double value, double expected) {
        assertThat(PValues.weightedChiSquaredUpper(value, 1, .05, .004)).isCloseTo(expected, CLOSE);
    }

    /** a = 4 / g**2; stats.gamma.sf(a + z * sqrt(a), a), and stats.gamma.cdf(a - z * sqrt(a), a) for g below 0 */
    @ParameterizedTest
    @CsvSource({
        "2, 0.5, 0.0344000940595748",
        "3, 0.1, 0.001998717742210752",
        "2, -0.5, 0.008231010986844851",
        "2, 0, 0.022750131948179195"
    })
    void a_skewed_variable_has_the_tail_of_its_gamma_distribution(double z, double skewness, double expected) {
        assertThat(PValues.skewedUpper(z, skewness)).isCloseTo(expected, CLOSE);
    }

    @Test
    void a_skewed_variable_ends_where_its_gamma_distribution_does() {
        assertThat(PValues.skewedUpper(-5, 1)).isEqualTo(1);
        assertThat(PValues.skewedUpper(5, -1)).isZero();
    }

    /** stats.cauchy.sf(mean(1 / tan(p * pi))) with p clipped to [1e-15, .99] */
    @ParameterizedTest
    @CsvSource({"0.01, 0.2, 0.5, 0.02868770387618907", "1e-12, 1, 0.3, 3.000000000293053e-12", "0.05, 0.05, 0.05, 0.05"
    })
    void p_values_combine_as_cauchy_variables(double one, double two, double three, double expected) {
        double p = new PValues.CauchyCombination()
                .add(one, 1)
                .add(two, 1)
                .add(three, 1)
                .pValue();
        assertThat(p).isCloseTo(expected, CLOSE);
    }

    @Test
    void a_weight_is_as_if_a_p_value_came_so_many_times() {
        double weighted =
                new PValues.CauchyCombination().add(0.02, 2).add(0.6, 1).pValue();
        double repeated = new PValues.CauchyCombination()
                .add(0.02, 1)
                .add(0.02, 1)
                .add(0.6, 1)
                .pValue();
        assertThat(weighted).isCloseTo(repeated, within(1e-15));
    }

    /** d = stats.betabinom(n, above + 1, m - above); d.sf(x) + d.pmf(x) / 2; the third by exact fractions, scipy has it at 3.38842612e-05 */
    @ParameterizedTest
    @CsvSource({
        "18, 200, 125, 2500, 0.012429443896480683",
        "0, 200, 125, 2500, 0.9999758535969433",
        "8, 50, 10, 500, 3.388426194447482e-05",
        "30, 1000, 50, 2500, 0.043391830801458635",
        "200, 200, 125, 2500, 2.0219333906270183e-216"
    })
    void exceeding_an_old_order_statistic_is_beta_binomial(long x, long n, long above, long m, double expected) {
        assertThat(BetaBinomial.upperMidP(x, n, above, m)).isCloseTo(expected, CLOSE);
    }
}
