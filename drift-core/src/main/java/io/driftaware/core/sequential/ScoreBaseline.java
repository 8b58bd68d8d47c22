package io.driftaware.core.sequential;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;

/**
 * What was usual for a score from 0 to 1, frozen.
 *
 * @param count how many scores, at least 2
 * @param mean 0 to 1
 * @param variance the sum of squared deviations over {@code count - 1}
 * @param correlation of the scores of a batch, 0 to 1, see {@link BatchCorrelation}
 * @param usualBatch scores of the batch that a score comes in, on average over the scores, at least 1
 */
public record ScoreBaseline(long count, double mean, double variance, double correlation, double usualBatch) {
    private static final byte VERSION = 1;
    private static final int STORED_BYTES = 1 + Long.BYTES + 4 * Double.BYTES;

    /** Checks the values. */
    public ScoreBaseline {
        BaselineBounds.requireScores(count, mean, variance);
        BatchCorrelation.designEffect(correlation, 1);
        if (!(usualBatch >= 1 && usualBatch < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("usualBatch = " + usualBatch + " is not at least 1");
        }
    }

    /**
     * A mean that the usual one falls short of with probability at most {@code risk}, counting correlated scores for less.
     *
     * @param risk above 0 and below 1; beta / K where K sequences share the risk beta
     * @return above 0 and below 1; empty where the scores are too few to say anything
     */
    public OptionalDouble limit(double risk) {
        double worth = Math.max(2, count / BatchCorrelation.designEffect(correlation, usualBatch));
        double bound = BaselineBounds.meanAtLeast(worth, mean, variance, risk);
        return bound > 0 ? OptionalDouble.of(bound) : OptionalDouble.empty();
    }

    /** For the database: a version, then the values in their order. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(STORED_BYTES)
                .put(VERSION)
                .putLong(count)
                .putDouble(mean)
                .putDouble(variance)
                .putDouble(correlation)
                .putDouble(usualBatch)
                .array();
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static ScoreBaseline fromBytes(byte[] stored) {
        ByteBuffer in = StoredState.open(stored, "baseline of a score", VERSION, STORED_BYTES);
        return new ScoreBaseline(in.getLong(), in.getDouble(), in.getDouble(), in.getDouble(), in.getDouble());
    }
}
