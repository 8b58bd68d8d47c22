package io.driftaware.core.baseline;

import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateBaselineRecorder;
import io.driftaware.core.sequential.Stratum;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * How many queries no document is near as a rule, frozen. Half of the rows say what "near" is: an edge that at most
 * {@value #SHARE} of them lie below. The other half is counted against it; counted on the rows that the edge was chosen on,
 * the usual rate would come out too even. Whole buckets of time go to one half, since rows of one conversation are alike.
 *
 * @param edge the least score of a query that the documents cover, in hundredths, 0 to 100; at 0 any hit will do
 * @param usual how many queries were below it
 */
public record CoverageBaseline(int edge, RateBaseline usual) {
    /** Of the fit half, below the edge at most. */
    public static final double SHARE = 0.05;

    /** Retrievals that each half needs. */
    public static final long LEAST_HALF = 25;

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 2;
    private static final int HALVES = 2;

    /** Refuses an edge that is none. */
    public CoverageBaseline {
        if (edge < 0 || edge >= RetrievalProfile.BINS) {
            throw new IllegalArgumentException("edge = " + edge + " is not 0 to 100 hundredths");
        }
    }

    /**
     * Fits one.
     *
     * @param buckets by their start
     * @param zone whose working days and hours part the rows
     * @param seed which buckets go to which half
     * @return empty where the rows do not fill two halves: there are too few, or nearly all of them lie in one bucket
     */
    public static Optional<CoverageBaseline> fit(
            NavigableMap<Instant, RetrievalProfile> buckets, ZoneId zone, long seed) {
        List<Map.Entry<Instant, RetrievalProfile>> all = List.copyOf(buckets.entrySet());
        long[] rows = new long[HALVES];
        RetrievalProfile fit = RetrievalProfile.empty();
        boolean[] counted = new boolean[all.size()];
        for (int i : new SplitMix64(seed).permutation(all.size())) {
            RetrievalProfile bucket = all.get(i).getValue();
            // To the half that has fewer: the choice knows nothing of the scores.
            counted[i] = rows[1] < rows[0];
            rows[counted[i] ? 1 : 0] += bucket.known();
            fit = counted[i] ? fit : fit.merge(bucket);
        }
        if (Math.min(rows[0], rows[1]) < LEAST_HALF) {
            return Optional.empty();
        }
        int edge = fit.edge(SHARE);
        RateBaselineRecorder usual = new RateBaselineRecorder();
        for (int i = 0; i < counted.length; i++) {
            if (counted[i]) {
                FlagCounts below = all.get(i).getValue().below(edge);
                usual.add(Stratum.of(all.get(i).getKey(), zone), below.flagged(), below.known());
            }
        }
        return Optional.of(new CoverageBaseline(edge, usual.snapshot()));
    }

    /** For the database: a version, the edge in one byte, the usual rate in its own stored form. */
    public byte[] toBytes() {
        byte[] rate = usual.toBytes();
        return ByteBuffer.allocate(HEADER_BYTES + rate.length)
                .put(VERSION)
                .put((byte) edge)
                .put(rate)
                .array();
    }

    /**
     * What {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException if it did not write these bytes
     */
    public static CoverageBaseline fromBytes(byte[] stored) {
        if (stored.length < HEADER_BYTES || stored[0] != VERSION) {
            throw new IllegalArgumentException(
                    "these " + stored.length + " bytes are no baseline of coverage of version " + VERSION);
        }
        byte[] rate = new byte[stored.length - HEADER_BYTES];
        System.arraycopy(stored, HEADER_BYTES, rate, 0, rate.length);
        return new CoverageBaseline(stored[1], RateBaseline.fromBytes(rate));
    }
}
