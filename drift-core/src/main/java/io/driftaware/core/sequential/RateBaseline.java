package io.driftaware.core.sequential;

import io.driftaware.core.sequential.RateWatch.Counts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is usual for a rate: counts in each part of the week, and how much the rows of one batch go together. Immutable.
 *
 * <p>Stored form, little-endian: version byte 1, kind byte 5, number of strata (byte), events and rows of each (long),
 * correlation (double).
 *
 * @param counts by stratum; one that is absent has no row
 * @param correlation of the rows of one batch, 0 to 1, see {@link BatchCorrelation}
 */
public record RateBaseline(Map<Stratum, Counts> counts, double correlation) {
    private static final byte VERSION = 1;
    private static final byte KIND = 5;
    private static final int HEADER_BYTES = 3;

    /** Copies the counts; refuses a baseline without a row, and a correlation that is none. */
    public RateBaseline {
        Map<Stratum, Counts> copy = new EnumMap<>(Stratum.class);
        copy.putAll(counts);
        counts = Map.copyOf(copy);
        if (counts.values().stream().mapToLong(Counts::rows).sum() < 1) {
            throw new IllegalArgumentException("a baseline without a single row");
        }
        BatchCorrelation.designEffect(correlation, 1);
    }

    /** Rows in all strata. */
    public long rows() {
        return counts.values().stream().mapToLong(Counts::rows).sum();
    }

    /** Events over rows, 0 to 1. */
    public double rate() {
        return (double) counts.values().stream().mapToLong(Counts::events).sum() / rows();
    }

    /**
     * The limits that follow from it.
     *
     * @param risk that any of them is below the true rate, above 0 and below 1
     */
    public StratumRates limits(double risk) {
        Map<Stratum, Long> events = new EnumMap<>(Stratum.class);
        Map<Stratum, Long> rows = new EnumMap<>(Stratum.class);
        counts.forEach((stratum, part) -> {
            events.put(stratum, part.events());
            rows.put(stratum, part.rows());
        });
        return StratumRates.estimated(events, rows, risk);
    }

    /** The stored form, the same for equal baselines. */
    public byte[] toBytes() {
        Stratum[] strata = Stratum.values();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + strata.length * 2 * Long.BYTES + Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND).put((byte) strata.length);
        for (Stratum stratum : strata) {
            Counts part = counts.getOrDefault(stratum, new Counts(0, 0));
            out.putLong(part.events()).putLong(part.rows());
        }
        return out.putDouble(correlation).array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static RateBaseline fromBytes(byte[] bytes) {
        Stratum[] strata = Stratum.values();
        if (bytes.length != HEADER_BYTES + strata.length * 2 * Long.BYTES + Double.BYTES
                || bytes[0] != VERSION
                || bytes[1] != KIND
                || bytes[2] != strata.length) {
            throw new IllegalArgumentException("these " + bytes.length + " bytes are no baseline of a rate of version "
                    + VERSION + ": fit it anew");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(HEADER_BYTES);
        Map<Stratum, Counts> counts = new EnumMap<>(Stratum.class);
        for (Stratum stratum : strata) {
            Counts part = new Counts(in.getLong(), in.getLong());
            if (part.rows() > 0) {
                counts.put(stratum, part);
            }
        }
        return new RateBaseline(counts, in.getDouble());
    }
}
