package io.driftaware.core.sequential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CusumReferenceTest {
    /** k = .5; rounded to three digits in Lucas and Crosier, "Fast initial response for CUSUM quality-control schemes", 1982. */
    @ParameterizedTest
    @CsvSource({
        "4, 0, 167.7, .05", "4, .25, 74.2, .05", "4, .5, 26.6, .05", "4, 1, 8.38, .005", "4, 2, 3.34, .005",
        "5, 0, 465.4, .05", "5, .25, 139.5, .05", "5, .5, 38.0, .05", "5, 1, 10.38, .005", "5, 2, 4.01, .005"
    })
    void run_lengths_of_the_gaussian_chart_are_the_tabled_ones(double h, double shift, double length, double digits) {
        assertThat(CusumRunLength.gaussian(.5, h, shift)).isCloseTo(length, within(digits));
    }

    /** gamma = 1/27, H = 5, run lengths in observations. */
    @ParameterizedTest
    @CsvSource({".02, 24403, .5", ".03, 2099, .5", ".04, 595, .5", ".06, 194, .5", ".10, 79.4, .05"})
    void run_lengths_of_the_bernoulli_chart_are_the_tabled_ones(double rate, double length, double digits) {
        assertThat(CusumRunLength.bernoulli(27, 5, rate)).isCloseTo(length, within(digits));
    }

    /** Step by step, as the chart is used; the standard error of a mean of 2000 runs is 2 %. */
    @Test
    void the_exact_run_length_is_that_of_the_simulated_chart() {
        SplittableRandom random = new SplittableRandom(21);
        long steps = 0;
        for (int run = 0; run < 2000; run++) {
            for (int s = 0; s < 5 * 27; steps++) {
                s = Math.max(0, random.nextDouble() < .06 ? s + 26 : s - 1);
            }
        }
        assertThat(steps / 2000.0).isCloseTo(194, within(3 * .02 * 194));
    }

    /**
     * The e-detector knows neither the new rate nor when it comes, and its run length is a guarantee. Against a chart that was
     * built for a rise to .06, with the run length of that chart as its budget, it needs at most half as long again.
     */
    @ParameterizedTest
    @CsvSource({".06, 194", ".10, 79.4"})
    void the_e_detector_is_not_much_slower_than_the_chart_of_the_same_run_length(double rate, double chart) {
        SplittableRandom random = new SplittableRandom(22);
        RateWatch watch = new RateWatch(StratumRates.constant(.02), 0, Math.log(24403));
        int runs = 1000;
        long steps = 0;
        for (int run = 0; run < runs; run++) {
            Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);
            boolean alarm = false;
            while (!alarm) {
                Step step = watch.step(evidence, Checks.of(random.nextDouble() < rate ? 1 : 0, 1));
                evidence = step.after();
                alarm = step.alarm();
                steps++;
            }
        }
        assertThat((double) steps / runs).isLessThan(1.5 * chart);
    }
}
