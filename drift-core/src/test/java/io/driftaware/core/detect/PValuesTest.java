package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PValuesTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-8);

    /** scipy 1.17: stats.chi2.sf(value, degrees). */
    @ParameterizedTest
    @CsvSource({
        "3.84, 1, 0.05004352124870519",
        "50, 30.5, 0.014444689500599784",
        "0.1, 2, 0.951229424500714",
        "150, 30, 6.706952523937869e-18"
    })
    void the_chi_squared_tail_equals_scipy(double value, double degrees, double expected) {
        assertThat(PValues.chiSquaredUpper(value, degrees)).isCloseTo(expected, EXACT);
    }

    @Test
    void a_statistic_of_zero_or_below_is_certain_to_be_exceeded() {
        assertThat(PValues.chiSquaredUpper(0, 3)).isEqualTo(1);
        assertThat(PValues.chiSquaredUpper(-2, 3)).isEqualTo(1);
    }

    /**
     * Against the exact tail of a weighted sum, by numerical integration of its characteristic function (Imhof, "Computing the
     * distribution of quadratic forms in normal variables", Biometrika 48, 1961; scipy.integrate.quad). Equal weights are a
     * chi-squared variable and exact; else three moments leave a few percent of the tail probability.
     */
    @ParameterizedTest
    @CsvSource({
        "equal, 1.447213595499958, 0.15252447542, .001",
        "equal, 3.2360679774997902, 0.00034860850, .001",
        "geometric, 3.632504831938463, 0.13038056, 3",
        "geometric, 5.265497945126926, 0.04787153, 5",
        "geometric, 6.898491058315388, 0.01831176, 4",
        "geometric, 10.164477284692314, 0.00290499, 7",
        "one of many, 1.5761944116355173, 0.12032488, 3",
        "one of many, 2.1523888232710346, 0.04954547, 3",
        "one of many, 2.7285832349065515, 0.02134159, 3",
        "one of many, 3.880972058177586, 0.00423321, 3"
    })
    void a_weighted_sum_is_close_to_its_exact_tail(String weights, double value, double exact, double percent) {
        double[] lambda = weights(weights);
        double c1 = 0;
        double c2 = 0;
        double c3 = 0;
        for (double weight : lambda) {
            c1 += weight;
            c2 += weight * weight;
            c3 += weight * weight * weight;
        }
        assertThat(PValues.weightedChiSquaredUpper(value, c1, c2, c3))
                .isCloseTo(exact, Percentage.withPercentage(percent));
    }

    private static double[] weights(String name) {
        double[] weights = new double[name.equals("equal") ? 10 : name.equals("geometric") ? 12 : 61];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = switch (name) {
                case "equal" -> .1;
                case "geometric" -> Math.pow(.5, k);
                default -> k == 0 ? .4 : .01;
            };
        }
        return weights;
    }

    @Test
    void the_cauchy_combination_equals_scipy() {
        // scipy 1.17: stats.cauchy.sf(numpy.mean(numpy.tan((.5 - p) * numpy.pi)))
        assertThat(combined(List.of(.01, .2, .5))).isCloseTo(0.02868770387618907, EXACT);
        assertThat(combined(List.of(.001, .9, .9, .9))).isCloseTo(0.00411927596602538, EXACT);
        assertThat(combined(Collections.nCopies(6, .05))).isCloseTo(.05, EXACT);
        assertThat(combined(List.of(.5, .5))).isCloseTo(.5, EXACT);
    }

    @Test
    void one_p_value_of_exactly_1_or_0_does_not_decide_alone_for_nothing() {
        assertThat(combined(List.of(1.0, .001, .001))).isLessThan(.002);
        assertThat(combined(List.of(0.0, .99))).isBetween(1e-16, 1e-14);
        assertThat(combined(List.of(0.0, 1.0))).isEqualTo(combined(List.of(1e-15, .99)));
    }

    @Test
    void weights_share_out_the_level() {
        PValues.CauchyCombination weighted = new PValues.CauchyCombination();
        weighted.add(.01, 3).add(.2, 1);
        assertThat(weighted.pValue()).isCloseTo(combined(List.of(.01, .01, .01, .2)), EXACT);
    }

    @Test
    void the_skewed_tail_equals_scipy() {
        // scipy 1.17: stats.pearson3.sf(z, skewness)
        assertThat(PValues.skewedUpper(2.0, 0.5)).isCloseTo(0.0344000940595748, EXACT);
        assertThat(PValues.skewedUpper(2.0, -0.5)).isCloseTo(0.008231010986844851, EXACT);
        assertThat(PValues.skewedUpper(-1.0, 0.8)).isCloseTo(0.8504080833249975, EXACT);
        assertThat(PValues.skewedUpper(4.0, 0.3)).isCloseTo(0.00028321450421405354, EXACT);
        assertThat(PValues.skewedUpper(2, 0)).isCloseTo(PValues.normalUpper(2), EXACT);
        assertThat(PValues.skewedUpper(3, -1)).isZero();
        assertThat(PValues.skewedUpper(-3, 1)).isEqualTo(1);
    }

    private static double combined(List<Double> pValues) {
        PValues.CauchyCombination combination = new PValues.CauchyCombination();
        pValues.forEach(p -> combination.add(p, 1));
        return combination.pValue();
    }

    @Test
    void normal_tail_and_quantile_are_each_others_inverse() {
        // scipy 1.17: stats.norm.isf(.05)
        assertThat(PValues.normalQuantile(.95)).isCloseTo(1.6448536269514729, EXACT);
        assertThat(PValues.normalUpper(PValues.normalQuantile(.99))).isCloseTo(.01, EXACT);
    }
}
