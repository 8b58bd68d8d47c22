package io.driftaware.core.profile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What is kept of user scores: how many, their sum and sum of squares, a histogram. Immutable.
 *
 * <p>A score is rounded once, to a millionth, so that the schema's {@code numeric(3,2)} is exact and sums merge byte for
 * byte. Every finite score up to 2^20 counts in the mean, as in the Python original; those outside 0 to 1 are counted
 * besides and are in no bin. At most 2^45 scores are held, which 128-bit sums of their squares bear.
 */
public final class FeedbackCounts {

    /** Bins of the histogram: bin i holds the scores nearest to i hundredths. */
    public static final int BINS = 101;

    static final int DECIMALS = 6;
    static final int STORED_BYTES = (3 + BINS) * Long.BYTES + 2 * FixedPointSums.BYTES_EACH;

    private static final long MAX_COUNT = 1L << 45;
    private static final int SUM = 0;
    private static final int SQUARES = 1;

    private final long count;
    private final long outOfRange;
    private final long rejected;
    private final FixedPointSums sums;
    private final long[] histogram;

    FeedbackCounts(long count, long outOfRange, long rejected, FixedPointSums sums, long[] histogram) {
        if (count > MAX_COUNT) {
            throw new ArithmeticException(count + " scores are more than " + MAX_COUNT + ": use a shorter window");
        }
        this.count = count;
        this.outOfRange = outOfRange;
        this.rejected = rejected;
        this.sums = sums;
        this.histogram = histogram;
    }

    static FeedbackCounts none() {
        return new FeedbackCounts(0, 0, 0, new FixedPointSums(2), new long[BINS]);
    }

    /** Scores in the mean. */
    public long count() {
        return count;
    }

    /** Of these, the scores below 0 or above 1. */
    public long outOfRange() {
        return outOfRange;
    }

    /** Scores that were left out because they were not finite or beyond 2^20. */
    public long rejected() {
        return rejected;
    }

    /** The exact sum of the scores, with six decimals. */
    public BigDecimal sum() {
        return new BigDecimal(sums.exact(SUM), DECIMALS);
    }

    /** The mean score; empty where there is none. */
    public OptionalDouble mean() {
        if (count == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                sum().divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue());
    }

    /** The unbiased variance of the scores; empty below two of them. */
    public OptionalDouble variance() {
        if (count < 2) {
            return OptionalDouble.empty();
        }
        BigInteger sum = sums.exact(SUM);
        BigInteger n = BigInteger.valueOf(count);
        BigInteger spread = sums.exact(SQUARES).multiply(n).subtract(sum.multiply(sum));
        BigDecimal pairs = new BigDecimal(n.multiply(n.subtract(BigInteger.ONE)));
        return OptionalDouble.of(new BigDecimal(spread, 2 * DECIMALS)
                .divide(pairs, MathContext.DECIMAL128)
                .doubleValue());
    }

    /** A copy of the histogram, {@link #BINS} counts. */
    public long[] histogram() {
        return histogram.clone();
    }

    /**
     * Whether there are scores like this: no count below zero, as it is while a recorder has taken back what another holds,
     * and sums that so many scores can have. Of scores outside 0 to 1 nothing but the sums tells which were taken back.
     */
    boolean isPossible() {
        boolean possible = count >= 0 && outOfRange >= 0 && rejected >= 0;
        for (long bin : histogram) {
            possible &= bin >= 0;
        }
        BigInteger sum = sums.exact(SUM);
        BigInteger squares = sums.exact(SQUARES);
        return possible
                && (count == 0
                        ? sum.signum() == 0 && squares.signum() == 0
                        : sum.multiply(sum).compareTo(squares.multiply(BigInteger.valueOf(count))) <= 0);
    }

    FeedbackCounts merge(FeedbackCounts other) {
        FixedPointSums merged = sums.copy();
        merged.addAll(other.sums);
        long[] bins = histogram.clone();
        for (int i = 0; i < BINS; i++) {
            bins[i] += other.histogram[i];
        }
        return new FeedbackCounts(
                Math.addExact(count, other.count),
                outOfRange + other.outOfRange,
                Math.addExact(rejected, other.rejected),
                merged,
                bins);
    }

    void write(ByteBuffer out) {
        out.putLong(count).putLong(outOfRange).putLong(rejected);
        sums.write(out);
        for (long bin : histogram) {
            out.putLong(bin);
        }
    }

    static FeedbackCounts read(ByteBuffer in, String what) {
        long count = StoredForm.count(in, what, "feedback");
        long outOfRange = StoredForm.count(in, what, "out-of-range");
        long rejected = StoredForm.count(in, what, "rejected");
        FixedPointSums sums = FixedPointSums.read(in, 2);
        StoredForm.check(
                count <= MAX_COUNT && sums.exact(SQUARES).signum() >= 0,
                what + ": " + count + " scores cannot have these sums");
        long[] histogram = new long[BINS];
        long inBins = 0;
        for (int i = 0; i < BINS; i++) {
            histogram[i] = StoredForm.count(in, what, "histogram");
            inBins += histogram[i];
        }
        StoredForm.check(
                inBins == count - outOfRange,
                what + ": the histogram holds " + inBins + " scores where " + (count - outOfRange) + " are expected");
        return new FeedbackCounts(count, outOfRange, rejected, sums, histogram);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeedbackCounts that
                && count == that.count
                && outOfRange == that.outOfRange
                && rejected == that.rejected
                && sums.equals(that.sums)
                && Arrays.equals(histogram, that.histogram);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(count) + Arrays.hashCode(histogram);
    }

    @Override
    public String toString() {
        return "FeedbackCounts[count=" + count + ", sum=" + sum() + ", outOfRange=" + outOfRange + ", rejected="
                + rejected + "]";
    }
}
