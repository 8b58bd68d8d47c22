package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;

/**
 * Whether more rows than before are unlike everything in the sketch: those whose novelty is above a held-out quantile. The
 * p-value is exact for exchangeable rows, see {@link BetaBinomial}. Sees new topics, the stronger the less they resemble
 * known ones; blind to a new mix of known topics.
 */
final class NoveltyRate {

    private NoveltyRate() {}

    /** @param level the quantile, such as 0.95 */
    static double pValue(ScoredWindow window, double level) {
        int edge = window.before().edgeAt(level);
        long n = window.count();
        long above = window.whole().above(edge);
        long effective = Math.round(window.effectiveCount(designEffect(window, edge)));
        long effectiveAbove = Math.round((double) above * effective / n);
        ScoredProfile heldOut = window.before().profile();
        return BetaBinomial.upperMidP(effectiveAbove, effective, heldOut.above(edge), heldOut.count());
    }

    static double designEffect(ScoredWindow window, int edge) {
        return window.designEffect(new ScoredWindow.RowShare(profile -> profile.above(edge), 1));
    }
}
