package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;

/**
 * Whether rows are on the whole more novel than the held-out ones: the one-sided Mann-Whitney test on the novelty scores, by
 * bin, with mid-ranks and the correction for ties (Lehmann, "Nonparametrics", 1975, section 1.4). Strong where new topics
 * resemble known ones; weak where few rows are very novel.
 */
final class NoveltyRankSum {

    private NoveltyRankSum() {}

    static double pValue(ScoredWindow window) {
        long[] heldOut = window.baseline().heldOut().noveltyCounts();
        double m = window.heldOutCount();
        // The share of held-out rows below a row of each bin, those in the bin itself counted half.
        double[] rank = new double[heldOut.length];
        double below = 0;
        for (int bin = 0; bin < rank.length; bin++) {
            rank[bin] = (below + heldOut[bin] / 2.0) / m;
            below += heldOut[bin];
        }
        double n = window.effectiveCount(window.designEffect(new Ranks(rank)));
        long[] counts = window.whole().noveltyCounts();
        double share = n / window.count();
        double wins = 0;
        double ties = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            wins += counts[bin] * share * rank[bin];
            double tied = counts[bin] * share + heldOut[bin];
            ties += tied * (tied * tied - 1);
        }
        double all = n + m;
        double variance = (all + 1 - ties / (all * (all - 1))) / (12 * n * m);
        return variance > 0 ? PValues.normalUpper((wins / n - 0.5) / Math.sqrt(variance)) : 0.5;
    }

    private record Ranks(double[] rank) implements ScoredWindow.RowMean {

        @Override
        public double sum(ScoredProfile profile) {
            return sum(profile.noveltyCounts(), false);
        }

        @Override
        public double variance(ScoredProfile profile) {
            long[] counts = profile.noveltyCounts();
            double mean = sum(counts, false) / profile.count();
            return sum(counts, true) / profile.count() - mean * mean;
        }

        private double sum(long[] counts, boolean squares) {
            double sum = 0;
            for (int bin = 0; bin < counts.length; bin++) {
                sum += counts[bin] * (squares ? rank[bin] * rank[bin] : rank[bin]);
            }
            return sum;
        }
    }
}
