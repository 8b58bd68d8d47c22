package io.driftaware.core.profile;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts interactions and their scores. Rows may come one by one or, as from an SQL GROUP BY, many at a time: the result
 * is the same. Not safe for use by several threads at once.
 */
public final class InteractionRecorder {

    private static final double MAX_SCORE = 0x1p20;
    private static final double UNITS = 1e6;
    private static final long UNITS_PER_BIN = 10_000;

    private InteractionProfile merged = InteractionProfile.empty();
    private final long[] refusals = new long[3];
    private final long[] toxicity = new long[3];
    private final long[] histogram = new long[FeedbackCounts.BINS];
    private final FixedPointSums sums = new FixedPointSums(2);
    private long count;
    private long outOfRange;
    private long rejected;

    /** A recorder with nothing in it. */
    public InteractionRecorder() {}

    /** Adds one interaction; a flag that nobody knows is null. */
    public void addInteraction(@Nullable Boolean refusal, @Nullable Boolean toxic) {
        addInteractions(refusal, toxic, 1);
    }

    /**
     * Adds interactions that have both flags in common.
     *
     * @param times how many, 0 or more
     * @throws IllegalArgumentException if times is negative
     */
    public void addInteractions(@Nullable Boolean refusal, @Nullable Boolean toxic, long times) {
        requireNotNegative(times);
        add(refusals, indexOf(refusal), times);
        add(toxicity, indexOf(toxic), times);
    }

    /**
     * Adds one score.
     *
     * @return false if it was counted as rejected: not finite, or beyond 2^20
     */
    public boolean addFeedback(double score) {
        return addFeedback(score, 1);
    }

    /**
     * Adds the same score several times.
     *
     * @param score rounded to a millionth; 0 to 1 is expected, anything else is counted as out of range besides
     * @param times how often, 0 or more
     * @return false if it was counted as rejected: not finite, or beyond 2^20
     * @throws IllegalArgumentException if times is negative
     */
    public boolean addFeedback(double score, long times) {
        requireNotNegative(times);
        return feedback(score, times);
    }

    /**
     * Takes back scores that were added before, here or to a profile that is or will be merged: one that was changed or
     * withdrawn. {@link #snapshot()} refuses to have taken back more than there was.
     *
     * @param score as it was added
     * @param times how often, 0 or more
     * @throws IllegalArgumentException if times is negative
     */
    public void removeFeedback(double score, long times) {
        requireNotNegative(times);
        feedback(score, -times);
    }

    private boolean feedback(double score, long times) {
        // Written so that NaN is rejected too.
        if (!(Math.abs(score) <= MAX_SCORE)) {
            rejected = Math.addExact(rejected, times);
            return false;
        }
        long units = (long) Math.rint(score * UNITS);
        count = Math.addExact(count, times);
        BigInteger exact = BigInteger.valueOf(units);
        BigInteger repeats = BigInteger.valueOf(times);
        sums.add(0, exact.multiply(repeats));
        sums.add(1, exact.multiply(exact).multiply(repeats));
        if (units < 0 || units > (long) UNITS) {
            outOfRange += times;
        } else {
            histogram[(int) ((units + UNITS_PER_BIN / 2) / UNITS_PER_BIN)] += times;
        }
        return true;
    }

    /** Adds everything that another profile holds. */
    public void merge(InteractionProfile profile) {
        merged = merged.merge(profile);
    }

    /**
     * What has been added so far. The recorder goes on from there.
     *
     * @throws IllegalStateException if more of a score was taken back than was added
     */
    public InteractionProfile snapshot() {
        InteractionProfile snapshot = new InteractionProfile(
                        flagCounts(refusals),
                        flagCounts(toxicity),
                        new FeedbackCounts(count, outOfRange, rejected, sums.copy(), histogram.clone()))
                .merge(merged);
        if (!snapshot.feedback().isPossible()) {
            throw new IllegalStateException(
                    "more scores were taken back than were added: " + snapshot.feedback() + " is left");
        }
        return snapshot;
    }

    private static void add(long[] counts, int index, long times) {
        counts[index] = Math.addExact(counts[index], times);
    }

    private static FlagCounts flagCounts(long[] counts) {
        return new FlagCounts(counts[0], counts[1], counts[2]);
    }

    private static int indexOf(@Nullable Boolean flag) {
        if (flag == null) {
            return 2;
        }
        return flag ? 0 : 1;
    }

    private static void requireNotNegative(long times) {
        if (times < 0) {
            throw new IllegalArgumentException("times " + times + " is negative");
        }
    }
}
