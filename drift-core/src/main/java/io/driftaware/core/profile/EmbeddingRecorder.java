package io.driftaware.core.profile;

import java.util.Arrays;
import java.util.Objects;

/**
 * Folds vectors into sums, one at a time, without keeping or allocating anything per vector. Not safe for use by several
 * threads at once: give each its own recorder and merge the snapshots. {@link EmbeddingProfile} states the arithmetic and
 * its bounds.
 *
 * <p>A component scaled by 2^60 is split into its low 32 bits and the rest, and the two are added to {@code long}
 * accumulators without a carry, which are folded into the 128-bit sums every 2^14 vectors: an addend is below 2^49 in
 * either half, so nothing overflows in between.
 */
public final class EmbeddingRecorder {

    /** Vectors of a greater Euclidean norm are counted as rejected and left out. */
    public static final double MAX_NORM = 0x1p20;

    private static final double MAX_SQUARED_NORM = MAX_NORM * MAX_NORM;
    /** Below it every component is under 8, so that its scaled value fits into a long. */
    private static final double NARROW_SQUARED_NORM = 64;

    private static final double NARROW_COMPONENT = 8;
    private static final long LOW_32_BITS = 0xFFFFFFFFL;
    private static final int ROWS_BEFORE_FOLDING = 1 << 14;

    private final int dimension;
    private final long[] pendingHigh;
    private final long[] pendingLow;
    private final FixedPointSums sums;
    private int pendingRows;
    private long count;
    private long rejected;

    /**
     * A recorder with nothing in it.
     *
     * @param dimension components of every vector, 1 to {@link EmbeddingProfile#MAX_DIMENSION}
     * @throws IllegalArgumentException if the dimension is out of that range
     */
    public EmbeddingRecorder(int dimension) {
        this.dimension = EmbeddingProfile.requireDimension(dimension);
        this.pendingHigh = new long[dimension];
        this.pendingLow = new long[dimension];
        this.sums = new FixedPointSums(dimension + 1);
    }

    /**
     * Adds one vector. The array is read and not kept.
     *
     * @return false if the vector was counted as rejected: a component is not finite, or its norm exceeds
     *     {@link #MAX_NORM}
     * @throws IllegalArgumentException if its length is not the dimension of this recorder
     */
    public boolean add(float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException("vector has " + vector.length + " components, this recorder takes "
                    + dimension + ": keep one recorder per embedding model");
        }
        return add(vector, 0);
    }

    /**
     * Adds the vector that starts at an offset of a buffer. The buffer is read and not kept.
     *
     * @return false if the vector was counted as rejected, as in {@link #add(float[])}
     * @throws IndexOutOfBoundsException if the buffer ends before the vector does
     */
    public boolean add(float[] buffer, int offset) {
        Objects.checkFromIndexSize(offset, dimension, buffer.length);
        double squaredNorm = squaredNorm(buffer, offset);
        // Written so that NaN is rejected too.
        if (!(squaredNorm <= MAX_SQUARED_NORM) || count >= EmbeddingProfile.MAX_COUNT) {
            rejected++;
            return false;
        }
        if (squaredNorm < NARROW_SQUARED_NORM) {
            addNarrow(buffer, offset);
            sums.add(dimension, (long) Math.rint(squaredNorm * EmbeddingProfile.SQUARE_SCALE));
        } else {
            addWide(buffer, offset);
            addWideSquares(buffer, offset);
        }
        count++;
        if (++pendingRows == ROWS_BEFORE_FOLDING) {
            foldPending();
        }
        return true;
    }

    /**
     * Adds everything that another profile holds.
     *
     * @throws IllegalArgumentException if the dimensions differ, or if more than {@link EmbeddingProfile#MAX_COUNT}
     *     vectors would be held
     */
    public void merge(EmbeddingProfile profile) {
        EmbeddingProfile.requireMergeable(dimension, count, profile);
        sums.addAll(profile.sums());
        count += profile.count();
        rejected = Math.addExact(rejected, profile.rejected());
    }

    /** What has been added so far. The recorder goes on from there. */
    public EmbeddingProfile snapshot() {
        foldPending();
        return new EmbeddingProfile(dimension, count, rejected, sums.copy());
    }

    /** Eight partial sums, component i in number i mod 8, joined in one fixed order: independent adds are faster. */
    private double squaredNorm(float[] x, int offset) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int i = offset;
        int end = offset + dimension;
        for (; i <= end - 8; i += 8) {
            s0 += (double) x[i] * x[i];
            s1 += (double) x[i + 1] * x[i + 1];
            s2 += (double) x[i + 2] * x[i + 2];
            s3 += (double) x[i + 3] * x[i + 3];
            s4 += (double) x[i + 4] * x[i + 4];
            s5 += (double) x[i + 5] * x[i + 5];
            s6 += (double) x[i + 6] * x[i + 6];
            s7 += (double) x[i + 7] * x[i + 7];
        }
        double rest = 0;
        for (; i < end; i++) {
            rest += (double) x[i] * x[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
    }

    private void addNarrow(float[] x, int offset) {
        for (int i = 0; i < dimension; i++) {
            addNarrow(i, x[offset + i]);
        }
    }

    private void addNarrow(int i, float component) {
        long scaled = (long) Math.rint(component * EmbeddingProfile.SUM_SCALE);
        pendingLow[i] += scaled & LOW_32_BITS;
        pendingHigh[i] += scaled >> 32;
    }

    private void addWide(float[] x, int offset) {
        for (int i = 0; i < dimension; i++) {
            float component = x[offset + i];
            if (Math.abs(component) < NARROW_COMPONENT) {
                addNarrow(i, component);
            } else {
                // A float of 8 or more is a multiple of 2^-20, so this product is a whole number.
                pendingHigh[i] += (long) (component * EmbeddingProfile.SUM_SCALE_HIGH);
            }
        }
    }

    /**
     * |x|^2 of a large vector in twice the precision of a double (Knuth's two-sum; the products are exact): the spread of
     * vectors far from the origin is a small difference of large squares.
     */
    private void addWideSquares(float[] x, int offset) {
        double sum = 0;
        double error = 0;
        for (int i = offset; i < offset + dimension; i++) {
            double square = (double) x[i] * x[i];
            double next = sum + square;
            double added = next - sum;
            error += (sum - (next - added)) + (square - added);
            sum = next;
        }
        double total = sum + error;
        double remainder = (sum - total) + error;
        // At 64 and above a double is a multiple of 2^-47, so total * 2^51 is a whole number: split it exactly.
        double scaledHigh = Math.floor(total * EmbeddingProfile.SQUARE_SCALE_HIGH);
        double scaledLow = (total * EmbeddingProfile.SQUARE_SCALE_HIGH - scaledHigh) * 0x1p32;
        sums.addShifted32(dimension, (long) scaledHigh);
        sums.add(dimension, (long) scaledLow + (long) Math.rint(remainder * EmbeddingProfile.SQUARE_SCALE));
    }

    private void foldPending() {
        for (int i = 0; i < dimension; i++) {
            sums.addShifted32(i, pendingHigh[i]);
            sums.add(i, pendingLow[i]);
        }
        Arrays.fill(pendingHigh, 0);
        Arrays.fill(pendingLow, 0);
        pendingRows = 0;
    }
}
