package io.driftaware.core.detect;

import io.driftaware.core.baseline.FeatureTraces;

/**
 * Whether the mean of random Fourier features has moved: the maximum mean discrepancy of a Gaussian kernel (Gretton et al.,
 * "A kernel two-sample test", JMLR 13, 2012), whose null distribution, a weighted sum of chi-squared variables, comes from
 * the held-out covariance and not from permutations. Sees any change of the distribution, each a little.
 */
final class MeanEmbeddingShift {

    private final double pValue;
    private final double squaredDistance;

    private MeanEmbeddingShift(double pValue, double squaredDistance) {
        this.pValue = pValue;
        this.squaredDistance = squaredDistance;
    }

    static MeanEmbeddingShift of(ScoredWindow window) {
        FeatureTraces traces = window.before().traces();
        double[] difference = window.whole().featureMeans();
        double[] before = window.before().profile().featureMeans();
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= before[i];
        }
        double squared = ScoredWindow.squaredLength(difference);
        double n = window.effectiveCount(window.featureDesignEffect());
        double m = window.heldOutCount();
        double p = traces.second() > 0
                ? PValues.weightedChiSquaredUpper(
                        squared * n * m / (n + m), traces.first(), traces.second(), traces.third())
                : 0.5;
        return new MeanEmbeddingShift(p, squared - traces.first() * (1 / n + 1 / m));
    }

    double pValue() {
        return pValue;
    }

    /** The squared distance of the means with its bias taken off: 0 on average without drift, and then often below. */
    double squaredDistance() {
        return squaredDistance;
    }
}
