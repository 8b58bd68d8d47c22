package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;

/**
 * The share of drifted rows as novelty shows it: if a share f of rows is all novel and the others are as before, the rate of
 * novel rows is r = f + (1 - f) r0, so f = (r - r0) / (1 - r0). An underestimate where drifted rows resemble known ones.
 */
record NoveltyExcess(double rate, double rateBefore, double variance) {

    static NoveltyExcess of(SeasonalWindow window, double level) {
        double rate = 0;
        double before = 0;
        double variance = 0;
        for (int i = 0; i < window.parts().size(); i++) {
            double weight = window.weight(i);
            NoveltyExcess part = of(window.parts().get(i), level);
            rate += weight * part.rate;
            before += weight * part.rateBefore;
            variance += weight * weight * part.variance;
        }
        return new NoveltyExcess(rate, before, variance);
    }

    static NoveltyExcess of(ScoredWindow window, double level) {
        int edge = window.before().edgeAt(level);
        ScoredProfile heldOut = window.before().profile();
        double before = (double) heldOut.above(edge) / heldOut.count();
        double rate = (double) window.whole().above(edge) / window.count();
        double n = window.effectiveCount(NoveltyRate.designEffect(window, edge));
        return new NoveltyExcess(rate, before, rate * (1 - rate) / n + before * (1 - before) / heldOut.count());
    }

    double estimate() {
        return (rate - rateBefore) / (1 - rateBefore);
    }

    /** @param z normal quantile of the bound */
    double atLeast(double z) {
        return Math.max(0, (rate - rateBefore - z * Math.sqrt(variance)) / (1 - rateBefore));
    }
}
