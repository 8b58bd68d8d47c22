package io.driftaware.core.profile;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A row of signed 128-bit integers in two's complement that only ever grow by addition. The scale is the caller's. */
final class FixedPointSums {

    /** Bytes that one sum takes in the stored form. */
    static final int BYTES_EACH = 2 * Long.BYTES;

    private static final int MAX_BITS = 127;

    private final long[] high;
    private final long[] low;

    FixedPointSums(int size) {
        this(new long[size], new long[size]);
    }

    private FixedPointSums(long[] high, long[] low) {
        this.high = high;
        this.low = low;
    }

    static FixedPointSums read(ByteBuffer bytes, int size) {
        FixedPointSums sums = new FixedPointSums(size);
        for (int i = 0; i < size; i++) {
            sums.low[i] = bytes.getLong();
            sums.high[i] = bytes.getLong();
        }
        return sums;
    }

    /** Writes every sum as its low and then its high 64 bits, in the byte order of the buffer. */
    void write(ByteBuffer bytes) {
        for (int i = 0; i < high.length; i++) {
            bytes.putLong(low[i]);
            bytes.putLong(high[i]);
        }
    }

    FixedPointSums copy() {
        return new FixedPointSums(high.clone(), low.clone());
    }

    void add(int index, long addend) {
        add(index, addend >> 63, addend);
    }

    /** Adds {@code addend * 2^32}. */
    void addShifted32(int index, long addend) {
        add(index, addend >> 32, addend << 32);
    }

    void add(int index, BigInteger addend) {
        if (addend.bitLength() > MAX_BITS) {
            throw new IllegalArgumentException("addend " + addend + " does not fit into 128 bits");
        }
        add(index, addend.shiftRight(64).longValue(), addend.longValue());
    }

    void addAll(FixedPointSums other) {
        for (int i = 0; i < high.length; i++) {
            add(i, other.high[i], other.low[i]);
        }
    }

    private void add(int index, long addendHigh, long addendLow) {
        long sum = low[index] + addendLow;
        int carry = Long.compareUnsigned(sum, addendLow) < 0 ? 1 : 0;
        low[index] = sum;
        high[index] += addendHigh + carry;
    }

    boolean isNegative(int index) {
        return high[index] < 0;
    }

    /** Whether a sum lies between -limit and limit times 2^64. */
    boolean within(int index, long limit) {
        return high[index] >= -limit && (high[index] < limit || (high[index] == limit && low[index] == 0));
    }

    BigInteger exact(int index) {
        BigInteger lowHalf = BigInteger.valueOf(low[index] & Long.MAX_VALUE);
        if (low[index] < 0) {
            lowHalf = lowHalf.setBit(63);
        }
        return BigInteger.valueOf(high[index]).shiftLeft(64).add(lowHalf);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FixedPointSums that && Arrays.equals(high, that.high) && Arrays.equals(low, that.low);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(high) + Arrays.hashCode(low);
    }
}
