package io.driftaware.core.detect;

/**
 * Whether rows fall into the clusters in other shares than before. Sees a new mix of known topics, to which novelty is blind.
 * Pearson's chi-squared test over the two rows of counts, cells with an expectation below 3 pooled: with a bar of 1, and with
 * rows that count in parts, 15 % of windows of 200 real queries without drift were below 0.05. For a mix that moved as a whole;
 * for one topic that grew see {@link TopicGrowth}.
 *
 * <p>Each cluster has a design effect of its own, see {@link ScoredWindow}: a burst fills one cluster. A row whose nearest
 * vectors lie in several clusters counts in parts, which vary less than whole rows; the statistic is divided by how much less
 * (Rao and Scott's first-order correction).
 */
final class ClusterOccupancy {

    private static final double LEAST_EXPECTATION = 3;

    private final double[] before;
    private final double[] share;
    private final double[] shareBefore;
    private final double[] designEffect;
    private final double spread;
    private final double n;
    private final double m;

    private ClusterOccupancy(ScoredWindow window) {
        double[] recent = window.baseline().clusterCounts(window.whole());
        this.before = window.baseline().clusterCounts(window.before().profile());
        this.n = window.effectiveCount(1);
        this.m = window.heldOutCount();
        this.share = new double[recent.length];
        this.shareBefore = new double[recent.length];
        for (int j = 0; j < recent.length; j++) {
            share[j] = recent[j] / window.count();
            shareBefore[j] = before[j] / m;
        }
        this.spread = window.before().growth().clusterSpread();
        this.designEffect = window.clusterDesignEffects();
    }

    static ClusterOccupancy of(ScoredWindow window) {
        return new ClusterOccupancy(window);
    }

    /** The p-value of Pearson's test. */
    double pValue() {
        double statistic = 0;
        int cells = 0;
        double pooled = 0;
        double pooledBefore = 0;
        double pooledEffect = 1;
        for (int j = 0; j < share.length; j++) {
            double recent = share[j] * n;
            double smallest = Math.min(n, m) * (recent + before[j]) / (n + m);
            if (smallest < LEAST_EXPECTATION) {
                pooled += recent;
                pooledBefore += before[j];
                pooledEffect = Math.max(pooledEffect, designEffect[j]);
            } else {
                statistic += cell(recent, before[j]) / designEffect[j];
                cells++;
            }
        }
        if (pooled + pooledBefore > 0) {
            statistic += cell(pooled, pooledBefore) / pooledEffect;
            cells++;
        }
        return cells < 2 ? 0.5 : PValues.chiSquaredUpper(statistic / spread, cells - 1.0);
    }

    /** What a cluster adds to the chi-squared statistic. */
    private double cell(double recent, double old) {
        double expected = n * (recent + old) / (n + m);
        double expectedOld = m * (recent + old) / (n + m);
        return (recent - expected) * (recent - expected) / expected
                + (old - expectedOld) * (old - expectedOld) / expectedOld;
    }

    /** The variance of a change of a cluster's share where nothing has changed. */
    double varianceByChance(int cluster) {
        double rows = n / designEffect[cluster];
        double pooled = (share[cluster] * rows + before[cluster]) / (rows + m);
        return spread * pooled * (1 - pooled) * (1 / rows + 1 / m);
    }

    /** The variance of a change of a cluster's share as it is. */
    double variance(int cluster) {
        double v = share[cluster] * (1 - share[cluster]) * designEffect[cluster] / n
                + shareBefore[cluster] * (1 - shareBefore[cluster]) / m;
        return v * spread;
    }

    double share(int cluster) {
        return share[cluster];
    }

    double shareBefore(int cluster) {
        return shareBefore[cluster];
    }

    int clusters() {
        return share.length;
    }
}
