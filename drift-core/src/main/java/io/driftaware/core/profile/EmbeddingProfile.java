package io.driftaware.core.profile;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import org.ejml.data.DMatrixRMaj;

/**
 * What is kept of a set of vectors: how many, the sum of each component, the sum of the squared norms. Immutable.
 *
 * <p>Sums are 128-bit integers in fixed point, so that addition is associative: profiles of the parts of a set merge to
 * the profile of the whole, byte for byte, in any order and any grouping. A component is held at scale 2^60 (a float of
 * 2^-37 or more, and zero, is then exact; a smaller one is rounded to 2^-61), a squared norm at 2^51 (rounded once, to
 * 2^-52, after a relative error of at most dimension * 2^-53 in its own sum; above a norm of 8 that sum is kept in double
 * double). For norms of 1e-3 and more that is at most 1e-9 of the squared norm, and less than 1e-9 of the norm in any
 * component.
 *
 * <p>Bounds: vectors up to norm 2^20 are taken, so an addend is at most 2^80 and 2^91; 2^35 of them, a year at a thousand
 * a second, make 2^115 and 2^126, and a signed 128-bit integer ends at 2^127. A vector out of range is counted in
 * {@link #rejected()} and left out. A profile never holds more than 2^35 vectors.
 *
 * <p>Centroid and variance are taken from the exact integers, each rounded to double at the end; no digits cancel,
 * however far from the origin the vectors lie.
 *
 * <p>Stored form, little-endian: version byte 1, kind byte 1, dimension (int), count (long), rejected (long), then
 * 128-bit sums, low half first: the components, then the squared norms.
 */
public final class EmbeddingProfile {

    /** The greatest dimension that a profile can have, as PostgreSQL's vector type. */
    public static final int MAX_DIMENSION = 16_000;

    /** The greatest number of vectors that a profile can hold. */
    public static final long MAX_COUNT = 1L << 35;

    static final double SUM_SCALE = 0x1p60;
    static final double SUM_SCALE_HIGH = 0x1p28;
    static final double SQUARE_SCALE = 0x1p51;
    static final double SQUARE_SCALE_HIGH = 0x1p19;

    private static final int SUM_BITS = 60;
    private static final int SQUARE_BITS = 51;
    private static final int MAX_ADDEND_BITS = SUM_BITS + 20;
    private static final int MAX_SQUARE_BITS = SQUARE_BITS + 40;

    private static final byte VERSION = 1;
    private static final byte KIND = 1;
    private static final int HEADER_BYTES = 2 * Byte.BYTES + Integer.BYTES + 2 * Long.BYTES;

    private final int dimension;
    private final long count;
    private final long rejected;
    private final FixedPointSums sums;

    EmbeddingProfile(int dimension, long count, long rejected, FixedPointSums sums) {
        this.dimension = dimension;
        this.count = count;
        this.rejected = rejected;
        this.sums = sums;
    }

    /**
     * The profile of no vectors.
     *
     * @throws IllegalArgumentException if the dimension is not 1 to {@link #MAX_DIMENSION}
     */
    public static EmbeddingProfile empty(int dimension) {
        return new EmbeddingProfile(requireDimension(dimension), 0, 0, new FixedPointSums(dimension + 1));
    }

    /**
     * Reads what {@link #toBytes()} wrote.
     *
     * @throws IllegalArgumentException if the bytes are of another version or kind, of a wrong length, or cannot be the
     *     sums of that many vectors
     */
    public static EmbeddingProfile fromBytes(byte[] bytes) {
        ByteBuffer in = StoredForm.open(bytes, "embedding profile", VERSION, KIND, HEADER_BYTES);
        int dimension = in.getInt();
        StoredForm.check(
                dimension >= 1 && dimension <= MAX_DIMENSION,
                "embedding profile: dimension " + dimension + " is not 1 to " + MAX_DIMENSION);
        StoredForm.checkLength("embedding profile", bytes, storedBytes(dimension));
        long count = in.getLong();
        StoredForm.check(
                count >= 0 && count <= MAX_COUNT, "embedding profile: count " + count + " is not 0 to " + MAX_COUNT);
        long rejected = StoredForm.count(in, "embedding profile", "rejected");
        FixedPointSums sums = FixedPointSums.read(in, dimension + 1);
        requirePossible(sums, dimension, count);
        return new EmbeddingProfile(dimension, count, rejected, sums);
    }

    /** The stored form, the same for equal profiles; {@code 38 + 16 * dimension} bytes. */
    public byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate(storedBytes(dimension)).order(ByteOrder.LITTLE_ENDIAN);
        out.put(VERSION).put(KIND).putInt(dimension).putLong(count).putLong(rejected);
        sums.write(out);
        return out.array();
    }

    /** Components of each vector. */
    public int dimension() {
        return dimension;
    }

    /** Vectors in the sums. */
    public long count() {
        return count;
    }

    /** Vectors that were left out because a component was not finite or the norm was above 2^20. */
    public long rejected() {
        return rejected;
    }

    /**
     * The profile of both sets of vectors together.
     *
     * @throws IllegalArgumentException if the dimensions differ, or if together they hold more than {@link #MAX_COUNT}
     */
    public EmbeddingProfile merge(EmbeddingProfile other) {
        requireMergeable(dimension, count, other);
        FixedPointSums merged = sums.copy();
        merged.addAll(other.sums);
        return new EmbeddingProfile(dimension, count + other.count, Math.addExact(rejected, other.rejected), merged);
    }

    /**
     * The profile of all sets of vectors together; costs one pass over each.
     *
     * @param profiles at least one
     * @throws IllegalArgumentException as {@link #merge(EmbeddingProfile)}
     */
    public static EmbeddingProfile merge(Collection<EmbeddingProfile> profiles) {
        if (profiles.isEmpty()) {
            throw new IllegalArgumentException("there is no profile to merge");
        }
        EmbeddingRecorder all = new EmbeddingRecorder(profiles.iterator().next().dimension);
        profiles.forEach(all::merge);
        return all.snapshot();
    }

    /**
     * The mean of each component.
     *
     * @return a new array of {@link #dimension()} values
     * @throws IllegalStateException if the profile is empty
     */
    public double[] centroid() {
        requireVectors("centroid", 1);
        double[] centroid = new double[dimension];
        for (int i = 0; i < dimension; i++) {
            centroid[i] = Math.scalb(sums.exact(i).doubleValue() / count, -SUM_BITS);
        }
        return centroid;
    }

    /**
     * The centroid as a column vector of {@link #dimension()} rows, the caller's own.
     *
     * @throws IllegalStateException if the profile is empty
     */
    public DMatrixRMaj centroidMatrix() {
        return DMatrixRMaj.wrap(dimension, 1, centroid());
    }

    /**
     * The mean over the components of their population variance, {@code numpy.mean(numpy.var(X, axis=0))}.
     *
     * @throws IllegalStateException if the profile is empty
     */
    public double meanVariance() {
        requireVectors("mean variance", 1);
        double rows = count;
        return Math.scalb(scaledSpread() / rows / rows, -2 * SUM_BITS) / dimension;
    }

    /**
     * The trace of the unbiased covariance matrix, {@code numpy.trace(numpy.cov(X.T))}.
     *
     * @throws IllegalStateException if the profile holds fewer than two vectors
     */
    public double covarianceTrace() {
        requireVectors("covariance trace", 2);
        double rows = count;
        return Math.scalb(scaledSpread() / rows / (rows - 1), -2 * SUM_BITS);
    }

    /**
     * The mean of the squared Euclidean norms.
     *
     * @throws IllegalStateException if the profile is empty
     */
    public double meanSquaredNorm() {
        requireVectors("mean squared norm", 1);
        return Math.scalb(sums.exact(dimension).doubleValue() / count, -SQUARE_BITS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingProfile that
                && dimension == that.dimension
                && count == that.count
                && rejected == that.rejected
                && sums.equals(that.sums);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(count) + sums.hashCode();
    }

    @Override
    public String toString() {
        return "EmbeddingProfile[dimension=" + dimension + ", count=" + count + ", rejected=" + rejected + "]";
    }

    FixedPointSums sums() {
        return sums;
    }

    static int requireDimension(int dimension) {
        if (dimension < 1 || dimension > MAX_DIMENSION) {
            throw new IllegalArgumentException("dimension " + dimension + " is not 1 to " + MAX_DIMENSION);
        }
        return dimension;
    }

    static void requireMergeable(int dimension, long count, EmbeddingProfile other) {
        if (dimension != other.dimension) {
            throw new IllegalArgumentException("dimensions " + dimension + " and " + other.dimension
                    + " differ: never merge profiles of different embedding models");
        }
        if (count + other.count > MAX_COUNT) {
            throw new IllegalArgumentException("merging " + count + " and " + other.count
                    + " vectors would hold more than " + MAX_COUNT + ": use a shorter window");
        }
    }

    /** n sum |x|^2 - |sum x|^2 at scale 2^120, exact until the last step; below zero only by rounding of the squares. */
    private double scaledSpread() {
        BigInteger spread =
                sums.exact(dimension).multiply(BigInteger.valueOf(count)).shiftLeft(2 * SUM_BITS - SQUARE_BITS);
        for (int i = 0; i < dimension; i++) {
            BigInteger sum = sums.exact(i);
            spread = spread.subtract(sum.multiply(sum));
        }
        return Math.max(0, spread.doubleValue());
    }

    private void requireVectors(String what, int needed) {
        if (count < needed) {
            throw new IllegalStateException(
                    what + " needs at least " + needed + " vectors, this profile holds " + count);
        }
    }

    private static void requirePossible(FixedPointSums sums, int dimension, long count) {
        long limit = count << (MAX_ADDEND_BITS - Long.SIZE);
        for (int i = 0; i < dimension; i++) {
            if (!sums.within(i, limit)) {
                throw StoredForm.damaged("embedding profile: sum " + i + " is too large for " + count + " vectors");
            }
        }
        StoredForm.check(
                !sums.isNegative(dimension) && sums.within(dimension, count << (MAX_SQUARE_BITS - Long.SIZE)),
                "embedding profile: the sum of squared norms is impossible for " + count + " vectors");
    }

    private static int storedBytes(int dimension) {
        return HEADER_BYTES + (dimension + 1) * FixedPointSums.BYTES_EACH;
    }
}
