package io.driftaware.core.sequential;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** Events and rows by {@link Stratum}: what a check brought, or what a baseline is made of. Immutable. */
public final class StratumCounts {
    static final int STORED_BYTES = 1 + 2 * Long.BYTES * Stratum.values().length;

    private static final byte VERSION = 1;
    private static final StratumCounts NONE =
            new StratumCounts(new long[Stratum.values().length], new long[Stratum.values().length]);

    private final long[] events;
    private final long[] rows;

    private StratumCounts(long[] events, long[] rows) {
        this.events = events;
        this.rows = rows;
    }

    /** Nothing at all. */
    public static StratumCounts none() {
        return NONE;
    }

    /**
     * Counts of one stratum.
     *
     * @throws IllegalArgumentException unless {@code 0 <= events <= rows}
     */
    public static StratumCounts of(Stratum stratum, long events, long rows) {
        return NONE.plus(stratum, events, rows);
    }

    /** Counts by stratum; an absent one has none. */
    public static StratumCounts of(Map<Stratum, RateWatch.Counts> counts) {
        StratumCounts all = NONE;
        for (Map.Entry<Stratum, RateWatch.Counts> entry : counts.entrySet()) {
            all = all.plus(
                    entry.getKey(), entry.getValue().events(), entry.getValue().rows());
        }
        return all;
    }

    /**
     * With more rows of a stratum.
     *
     * @throws IllegalArgumentException unless {@code 0 <= events <= rows}
     */
    public StratumCounts plus(Stratum stratum, long moreEvents, long moreRows) {
        requirePossible(moreEvents, moreRows);
        long[] newEvents = events.clone();
        long[] newRows = rows.clone();
        newEvents[stratum.ordinal()] = Math.addExact(newEvents[stratum.ordinal()], moreEvents);
        newRows[stratum.ordinal()] = Math.addExact(newRows[stratum.ordinal()], moreRows);
        return new StratumCounts(newEvents, newRows);
    }

    /** Both together. */
    public StratumCounts merge(StratumCounts other) {
        StratumCounts merged = this;
        for (Stratum stratum : Stratum.values()) {
            merged = merged.plus(stratum, other.events(stratum), other.rows(stratum));
        }
        return merged;
    }

    /** Events of a stratum. */
    public long events(Stratum stratum) {
        return events[stratum.ordinal()];
    }

    /** Rows of a stratum. */
    public long rows(Stratum stratum) {
        return rows[stratum.ordinal()];
    }

    /** Events of all strata. */
    public long events() {
        return Arrays.stream(events).reduce(0, Math::addExact);
    }

    /** Rows of all strata. */
    public long rows() {
        return Arrays.stream(rows).reduce(0, Math::addExact);
    }

    /** For the database: a version, then events and rows of each stratum in the order of {@link Stratum#values()}. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(STORED_BYTES).put(VERSION);
        for (int i = 0; i < rows.length; i++) {
            out.putLong(events[i]).putLong(rows[i]);
        }
        return out.array();
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static StratumCounts fromBytes(byte[] stored) {
        ByteBuffer in = StoredState.open(stored, "counts by stratum", VERSION, STORED_BYTES);
        StratumCounts counts = NONE;
        for (Stratum stratum : Stratum.values()) {
            counts = counts.plus(stratum, in.getLong(), in.getLong());
        }
        return counts;
    }

    static void requirePossible(long events, long rows) {
        if (events < 0 || events > rows) {
            throw new IllegalArgumentException(events + " events in " + rows + " rows");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StratumCounts that
                && Arrays.equals(events, that.events)
                && Arrays.equals(rows, that.rows);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(events) + Arrays.hashCode(rows);
    }

    @Override
    public String toString() {
        return "StratumCounts[" + events() + " events in " + rows() + " rows]";
    }
}
