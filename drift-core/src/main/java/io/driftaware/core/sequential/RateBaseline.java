package io.driftaware.core.sequential;

import java.nio.ByteBuffer;

/**
 * What was usual for a rate, frozen: the counts, and how much rows of one batch went together.
 *
 * @param counts by stratum, with at least one row
 * @param correlation of the rows of a batch, 0 to 1, see {@link BatchCorrelation}
 * @param usualBatch rows of the batch that a row comes in, on average over the rows, at least 1
 */
public record RateBaseline(StratumCounts counts, double correlation, double usualBatch) {
    private static final byte VERSION = 1;
    private static final double LEAST_RISE = 0.01;
    private static final double LEAST_ODDS_RATIO = 1.5;

    /** Checks the values. */
    public RateBaseline {
        if (counts.rows() < 1) {
            throw new IllegalArgumentException("a baseline without a single row");
        }
        BatchCorrelation.designEffect(correlation, 1);
        if (!(usualBatch >= 1 && usualBatch < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("usualBatch = " + usualBatch + " is not at least 1");
        }
    }

    /** Events over rows. */
    public double rate() {
        return (double) counts.events() / counts.rows();
    }

    /**
     * Limits that the usual rates exceed with probability at most {@code risk}, counting correlated rows for less.
     *
     * @param risk above 0 and below 1; beta / K where K sequences share the risk beta
     */
    public StratumRates limits(double risk) {
        return StratumRates.estimated(counts, BatchCorrelation.designEffect(correlation, usualBatch), risk);
    }

    /** The effect worth acting on: whether a rate lies at least one point above the usual one, at 1.5 times its odds. */
    public boolean roseTo(double rate) {
        double before = rate();
        return rate - before >= LEAST_RISE && rate * (1 - before) >= LEAST_ODDS_RATIO * before * (1 - rate);
    }

    /** For the database: a version, the correlation, the usual batch, the counts in their own stored form. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(1 + 2 * Double.BYTES + StratumCounts.STORED_BYTES)
                .put(VERSION)
                .putDouble(correlation)
                .putDouble(usualBatch)
                .put(counts.toBytes())
                .array();
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static RateBaseline fromBytes(byte[] stored) {
        ByteBuffer in = StoredState.open(
                stored, "baseline of a rate", VERSION, 1 + 2 * Double.BYTES + StratumCounts.STORED_BYTES);
        double correlation = in.getDouble();
        double usualBatch = in.getDouble();
        byte[] counts = new byte[StratumCounts.STORED_BYTES];
        in.get(counts);
        return new RateBaseline(StratumCounts.fromBytes(counts), correlation, usualBatch);
    }
}
