package io.driftaware.core.profile;

import org.jspecify.annotations.Nullable;

/**
 * Counts retrievals, one by one or many at a time. Not safe for use by several threads at once.
 *
 * <p>No hit outweighs any score: some applications log a score of 0 or -1 then. A hit whose score cannot be used still counts
 * as a hit; left out, it would leave those without a hit among themselves.
 */
public final class RetrievalRecorder {

    private static final double UNITS = 1e6;
    private static final long UNITS_PER_BIN = 10_000;

    private RetrievalProfile merged = RetrievalProfile.empty();
    private final long[] histogram = new long[RetrievalProfile.BINS];
    private long withoutHit;
    private long withoutScore;
    private long unusable;

    /** A recorder with nothing in it. */
    public RetrievalRecorder() {}

    /** What one retrieval is, as it is logged; what nobody logged is null. */
    public enum Kind {
        /** Neither score nor hits, or nothing that can be used: no part of any rate. */
        UNKNOWN,
        /** Nothing was found. */
        WITHOUT_HIT,
        /** Something was found; how near it is nobody knows. */
        WITHOUT_SCORE,
        /** The best score is known. */
        SCORED;

        /**
         * What a retrieval with these two is.
         *
         * @param topScore 0 to 1, rounded to a millionth; anything else is none
         * @param hits below 0 is none
         */
        public static Kind of(@Nullable Double topScore, @Nullable Long hits) {
            if (hits != null && hits == 0) {
                return WITHOUT_HIT;
            }
            if (isScore(topScore)) {
                return SCORED;
            }
            return hits != null && hits > 0 ? WITHOUT_SCORE : UNKNOWN;
        }
    }

    /** Adds one retrieval, see {@link #add(Double, Long, long)}. */
    public Kind add(@Nullable Double topScore, @Nullable Long hits) {
        return add(topScore, hits, 1);
    }

    /**
     * Adds retrievals that have both in common.
     *
     * @param topScore the best score, 0 to 1; null where none was logged
     * @param hits how many documents were found; null where that was not logged
     * @param times how many, 0 or more
     * @return what they were
     * @throws IllegalArgumentException if times is negative
     */
    public Kind add(@Nullable Double topScore, @Nullable Long hits, long times) {
        if (times < 0) {
            throw new IllegalArgumentException("times " + times + " is negative");
        }
        Kind kind = Kind.of(topScore, hits);
        switch (kind) {
            case WITHOUT_HIT -> withoutHit = Math.addExact(withoutHit, times);
            case WITHOUT_SCORE -> withoutScore = Math.addExact(withoutScore, times);
            case SCORED -> {
                int bin = bin(topScore == null ? 0 : topScore);
                histogram[bin] = Math.addExact(histogram[bin], times);
            }
            case UNKNOWN -> {}
        }
        boolean badScore = topScore != null && kind != Kind.WITHOUT_HIT && !isScore(topScore);
        if (badScore || (hits != null && hits < 0)) {
            unusable = Math.addExact(unusable, times);
        }
        return kind;
    }

    /** Adds everything that another profile holds. */
    public void merge(RetrievalProfile profile) {
        merged = merged.merge(profile);
    }

    /** What has been added so far. The recorder goes on from there. */
    public RetrievalProfile snapshot() {
        return new RetrievalProfile(withoutHit, withoutScore, unusable, histogram.clone()).merge(merged);
    }

    /** A cosine of equal vectors may come out a little above 1. */
    private static boolean isScore(@Nullable Double score) {
        // Written so that NaN is none.
        return score != null && Math.rint(score * UNITS) >= 0 && Math.rint(score * UNITS) <= UNITS;
    }

    private static int bin(double score) {
        return (int) (((long) Math.rint(score * UNITS) + UNITS_PER_BIN / 2) / UNITS_PER_BIN);
    }
}
