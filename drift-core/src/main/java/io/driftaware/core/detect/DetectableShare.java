package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;

/**
 * The smallest share of drifted rows that {@link NoveltyRate} would find: with a power of 80 % at a one-sided 5 %, where the
 * drifted rows are all novel and the others as before. Drifted rows that resemble known ones need a larger share.
 *
 * <p>By the normal approximation: the rate r = r0 + d with d = z(.95) sqrt(r0 (1 - r0) (1/n + 1/m)) + z(.8) sqrt(r (1 - r) / n
 * + r0 (1 - r0) / m), which is quadratic in d; the share is d / (1 - r0). n is what the window is worth, see {@link
 * ScoredWindow}, and r0 the mean (above + 1) / (m + 1) of the rate given the held-out rows. At the 95 % quantile the true
 * power is .73 to .81 for n from 50 (computed for m of 500 to 2,500): counts are whole.
 */
final class DetectableShare {

    private static final double SIGNIFICANCE_Z = PValues.normalQuantile(0.95);
    private static final double POWER_Z = PValues.normalQuantile(0.80);

    private DetectableShare() {}

    /** @param level the quantile above which a row is novel */
    static double of(ScoredWindow window, double level) {
        int edge = window.before().edgeAt(level);
        ScoredProfile heldOut = window.before().profile();
        double n = window.effectiveCount(NoveltyRate.designEffect(window, edge));
        return of(n, heldOut.above(edge), heldOut.count());
    }

    /**
     * @param n rows of the window
     * @param above held-out rows that are novel
     * @param m held-out rows
     * @return above 0, at most 1
     */
    static double of(double n, long above, double m) {
        double rate = (above + 1) / (m + 1);
        double variance = rate * (1 - rate);
        double allowed = SIGNIFICANCE_Z * Math.sqrt(variance * (1 / n + 1 / m));
        double square = POWER_Z * POWER_Z;
        double a = 1 + square / n;
        double b = 2 * allowed + square * (1 - 2 * rate) / n;
        double c = allowed * allowed - square * variance * (1 / n + 1 / m);
        double rise = (b + Math.sqrt(b * b - 4 * a * c)) / (2 * a);
        return Math.min(1, rise / (1 - rate));
    }
}
