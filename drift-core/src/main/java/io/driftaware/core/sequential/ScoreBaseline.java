package io.driftaware.core.sequential;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is usual for a score from 0 to 1. Immutable.
 *
 * <p>Stored form, little-endian: version byte 1, kind byte 6, count (long), mean and variance (double).
 *
 * @param count how many scores, at least 2
 * @param mean of them, 0 to 1
 * @param variance of them, the sum of squared deviations over {@code count - 1}
 */
public record ScoreBaseline(long count, double mean, double variance) {
    private static final byte VERSION = 1;
    private static final byte KIND = 6;
    private static final int BYTES = 2 + Long.BYTES + 2 * Double.BYTES;

    /** Refuses what cannot be of such scores. */
    public ScoreBaseline {
        if (count < 2 || !(mean >= 0 && mean <= 1) || !(variance >= 0 && variance <= 1)) {
            throw new IllegalArgumentException(
                    count + " scores of mean " + mean + " and variance " + variance + " are not scores from 0 to 1");
        }
    }

    /**
     * The mean that the true one falls short of with probability at most {@code risk}, at least {@value #LEAST} and below 1,
     * so that evidence against it can be kept.
     */
    public double limit(double risk) {
        double bound = BaselineBounds.meanAtLeast(count, mean, variance, risk);
        return Math.max(LEAST, Math.min(bound, Math.nextDown(1.0)));
    }

    /** A limit this low is never fallen short of: it says nothing, and alarms of nothing. */
    static final double LEAST = 1e-6;

    /** The stored form, the same for equal baselines. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(VERSION)
                .put(KIND)
                .putLong(count)
                .putDouble(mean)
                .putDouble(variance)
                .array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static ScoreBaseline fromBytes(byte[] bytes) {
        if (bytes.length != BYTES || bytes[0] != VERSION || bytes[1] != KIND) {
            throw new IllegalArgumentException("these " + bytes.length + " bytes are no baseline of a score of version "
                    + VERSION + ": fit it anew");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(2);
        return new ScoreBaseline(in.getLong(), in.getDouble(), in.getDouble());
    }
}
