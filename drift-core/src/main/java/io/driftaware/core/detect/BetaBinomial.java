package io.driftaware.core.detect;

import org.apache.commons.numbers.gamma.LogBeta;

/**
 * How many of n new values exceed the r-th largest of m old ones, where old and new are exchangeable and without ties:
 * X ~ beta-binomial(n; r, m - r + 1), whatever the values' distribution (Guenther, "Some easily found minimum sample sizes",
 * 1969; the probability of exceeding that order statistic is a beta variable). Unlike a binomial test at an estimated
 * quantile it knows that the quantile was estimated. With ties it is conservative.
 */
final class BetaBinomial {

    private BetaBinomial() {}

    /**
     * P(X > x) + P(X = x) / 2.
     *
     * @param x new values above the threshold, 0 to n
     * @param n new values
     * @param above old values strictly above the threshold, which is one of the old ones
     * @param m old values
     */
    static double upperMidP(long x, long n, long above, long m) {
        double a = above + 1.0;
        double b = m - above;
        double logChoose = -Math.log1p(n) - LogBeta.value(n - x + 1.0, x + 1.0);
        double term = Math.exp(logChoose + LogBeta.value(x + a, n - x + b) - LogBeta.value(a, b));
        double p = term / 2;
        for (long k = x; k < n; k++) {
            term *= (n - k) * (k + a) / ((k + 1) * (n - k - 1 + b));
            p += term;
            if (k > n * a / (a + b) && term < p * 1e-17) {
                break;
            }
        }
        return Math.min(1, p);
    }
}
