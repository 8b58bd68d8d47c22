package io.driftaware.core.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What is kept of a set of retrievals: how many found nothing, and the best score of the others by hundredths, so that the
 * share below any score can be told afterwards. Immutable; profiles merge byte for byte, in any order.
 *
 * <p>Stored form, little-endian longs behind a version byte 1 and a kind byte 5: without a hit; with a hit and no score that
 * can be used; unusable; the histogram.
 */
public final class RetrievalProfile {

    /** Bins of the histogram: bin i holds the scores nearest to i hundredths. */
    public static final int BINS = 101;

    private static final byte VERSION = 1;
    private static final byte KIND = 5;
    private static final int HEADER_BYTES = 2;
    private static final int STORED_BYTES = HEADER_BYTES + (3 + BINS) * Long.BYTES;
    private static final String WHAT = "retrieval profile";
    private static final RetrievalProfile EMPTY = new RetrievalProfile(0, 0, 0, new long[BINS]);

    private final long withoutHit;
    private final long withoutScore;
    private final long unusable;
    private final long[] histogram;

    RetrievalProfile(long withoutHit, long withoutScore, long unusable, long[] histogram) {
        this.withoutHit = withoutHit;
        this.withoutScore = withoutScore;
        this.unusable = unusable;
        this.histogram = histogram;
    }

    /** The profile of no retrievals. */
    public static RetrievalProfile empty() {
        return EMPTY;
    }

    /** Retrievals that can be judged: without a hit, with one, or with a score. */
    public long known() {
        return Math.addExact(Math.addExact(withoutHit, withoutScore), scored());
    }

    /** Retrievals that found nothing. */
    public long withoutHit() {
        return withoutHit;
    }

    /** Retrievals with a hit and a score from 0 to 1. */
    public long scored() {
        return Arrays.stream(histogram).reduce(0, Math::addExact);
    }

    /** Retrievals whose score is not from 0 to 1, or whose number of hits is below 0: that value was left out. */
    public long unusable() {
        return unusable;
    }

    /** The mean score, to the nearest hundredths; empty where there is none. */
    public OptionalDouble meanScore() {
        long count = scored();
        if (count == 0) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (int i = 0; i < BINS; i++) {
            sum += i / 100.0 * histogram[i];
        }
        return OptionalDouble.of(sum / count);
    }

    /**
     * How many retrievals found no document near the query: none at all, or none whose score reaches the edge.
     *
     * @param edge in hundredths, 0 to 100; at 0 only those without a hit
     * @return none of them unknown
     */
    public FlagCounts below(int edge) {
        if (edge < 0 || edge >= BINS) {
            throw new IllegalArgumentException("edge = " + edge + " is not 0 to 100 hundredths");
        }
        long below = withoutHit;
        for (int i = 0; i < edge; i++) {
            below = Math.addExact(below, histogram[i]);
        }
        return new FlagCounts(below, known() - below, 0);
    }

    /**
     * The largest edge that at most so large a share of these retrievals lies below; 0 where no score was logged.
     *
     * @param share 0 to 1
     */
    public int edge(double share) {
        if (scored() == 0) {
            return 0;
        }
        int edge = 0;
        while (edge < BINS - 1 && below(edge + 1).flagged() <= share * known()) {
            edge++;
        }
        return edge;
    }

    /**
     * The profile of both sets together.
     *
     * @throws ArithmeticException if a count passes {@link Long#MAX_VALUE}
     */
    public RetrievalProfile merge(RetrievalProfile other) {
        long[] bins = histogram.clone();
        for (int i = 0; i < BINS; i++) {
            bins[i] = Math.addExact(bins[i], other.histogram[i]);
        }
        return new RetrievalProfile(
                Math.addExact(withoutHit, other.withoutHit),
                Math.addExact(withoutScore, other.withoutScore),
                Math.addExact(unusable, other.unusable),
                bins);
    }

    /** The stored form, the same for equal profiles. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(STORED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND);
        out.putLong(withoutHit).putLong(withoutScore).putLong(unusable);
        for (long bin : histogram) {
            out.putLong(bin);
        }
        return out.array();
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or hold a count that
     *     cannot be
     */
    public static RetrievalProfile fromBytes(byte[] bytes) {
        ByteBuffer in = StoredForm.open(bytes, WHAT, VERSION, KIND, HEADER_BYTES);
        StoredForm.checkLength(WHAT, bytes, STORED_BYTES);
        long withoutHit = StoredForm.count(in, WHAT, "without-hit");
        long withoutScore = StoredForm.count(in, WHAT, "without-score");
        long unusable = StoredForm.count(in, WHAT, "unusable");
        long[] histogram = new long[BINS];
        for (int i = 0; i < BINS; i++) {
            histogram[i] = StoredForm.count(in, WHAT, "histogram");
        }
        return new RetrievalProfile(withoutHit, withoutScore, unusable, histogram);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RetrievalProfile that
                && withoutHit == that.withoutHit
                && withoutScore == that.withoutScore
                && unusable == that.unusable
                && Arrays.equals(histogram, that.histogram);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(histogram) + Long.hashCode(withoutHit);
    }

    @Override
    public String toString() {
        return "RetrievalProfile[" + withoutHit + " without a hit, " + withoutScore + " without a score, " + scored()
                + " with one, " + unusable + " unusable]";
    }
}
