package io.driftaware.core.detect;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.GammaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Probabilities under no drift. */
final class PValues {

    private static final double LEAST = 1e-15;
    private static final double GREATEST = 0.99;
    /** Below it the gamma distribution is the normal one to within 1e-4. */
    private static final double LEAST_SKEWNESS = 1e-3;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private PValues() {}

    static double normalUpper(double z) {
        return NORMAL.survivalProbability(z);
    }

    /** P(Z > z) for a variable of mean 0, variance 1 and that skewness, as a shifted gamma distribution has it. */
    static double skewedUpper(double z, double skewness) {
        if (Math.abs(skewness) < LEAST_SKEWNESS) {
            return normalUpper(z);
        }
        double shape = 4 / (skewness * skewness);
        double at = shape + Math.signum(skewness) * z * Math.sqrt(shape);
        if (at <= 0) {
            return skewness > 0 ? 1 : 0;
        }
        GammaDistribution gamma = GammaDistribution.of(shape, 1);
        return skewness > 0 ? gamma.survivalProbability(at) : gamma.cumulativeProbability(at);
    }

    static double normalQuantile(double p) {
        return NORMAL.inverseCumulativeProbability(p);
    }

    static double chiSquaredUpper(double value, double degrees) {
        return value <= 0 ? 1 : ChiSquaredDistribution.of(degrees).survivalProbability(value);
    }

    /**
     * P(sum of l_i chi2_1 > value) for weights with sums c1 of l, c2 of l^2, c3 of l^3, by matching three moments to a
     * chi-squared variable (Buckley and Eagleson, "An approximation to the distribution of quadratic forms in normal random
     * variables", Austral. J. Statist. 30A, 1988, after Hall 1983).
     */
    static double weightedChiSquaredUpper(double value, double c1, double c2, double c3) {
        double degrees = c2 * c2 * c2 / (c3 * c3);
        return chiSquaredUpper(degrees + (value - c1) * Math.sqrt(degrees / c2), degrees);
    }

    /**
     * One p-value of several that may depend on each other, accurate for small ones (Liu and Xie, "Cauchy combination test",
     * JASA 115, 2020). Each is clipped to [1e-15, 0.99]: a single p of exactly 1 would cancel all others.
     */
    static final class CauchyCombination {
        private double sum;
        private double weights;

        /** @param weight above 0; how much of the level goes to this one */
        CauchyCombination add(double p, double weight) {
            // tan((1/2 - p) pi), without the digits that 1/2 - p would lose.
            sum += weight / StrictMath.tan(Math.max(LEAST, Math.min(GREATEST, p)) * StrictMath.PI);
            weights += weight;
            return this;
        }

        double pValue() {
            return StrictMath.atan2(weights, sum) / StrictMath.PI;
        }
    }
}
