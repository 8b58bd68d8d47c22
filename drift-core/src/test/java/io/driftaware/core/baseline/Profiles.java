package io.driftaware.core.baseline;

/** Profiles of counts that are given and not counted. */
public final class Profiles {

    private Profiles() {}

    /** Rows by bin of novelty; all nearest to the first vector of the sketch, all features zero. */
    public static ScoredProfile ofNovelty(EmbeddingBaseline baseline, long... novelty) {
        long count = 0;
        for (long rows : novelty) {
            count += rows;
        }
        long[] nearest = new long[baseline.heldOut().nearestCounts().length];
        nearest[0] = count;
        return new ScoredProfile(
                baseline.fingerprint(), count, 0, novelty, nearest, new long[RandomFeatures.FEATURES], new RowSample());
    }
}
