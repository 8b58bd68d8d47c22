package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;

/**
 * The share of drifted rows as novelty shows it: if a share f of rows is all novel and the others are as before, the rate of
 * novel rows is r = f + (1 - f) r0, so f = (r - r0) / (1 - r0). An underestimate where drifted rows resemble known ones.
 */
record NoveltyExcess(double rate, double rateBefore, double standardError) {

    static NoveltyExcess of(ScoredWindow window, double level) {
        int edge = window.baseline().edgeAt(level);
        ScoredProfile heldOut = window.baseline().heldOut();
        double before = (double) heldOut.above(edge) / heldOut.count();
        double rate = (double) window.whole().above(edge) / window.count();
        double n = window.effectiveCount(NoveltyRate.designEffect(window, edge));
        return new NoveltyExcess(
                rate, before, Math.sqrt(rate * (1 - rate) / n + before * (1 - before) / heldOut.count()));
    }

    double estimate() {
        return (rate - rateBefore) / (1 - rateBefore);
    }

    /** @param z normal quantile of the bound */
    double atLeast(double z) {
        return Math.max(0, (rate - rateBefore - z * standardError) / (1 - rateBefore));
    }
}
