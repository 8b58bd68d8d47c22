package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;

/**
 * The stored form of counts of which most are zero: how many are not, then for each the number of zeros before it and the
 * count, all as base-128 numbers with the low bits first. One form for equal counts.
 */
final class SparseCounts {
    private static final int PAYLOAD_BITS = 7;
    private static final int MORE = 0x80;

    private SparseCounts() {}

    static int storedBytes(long[] counts) {
        int bytes = 0;
        int some = 0;
        int zeros = 0;
        for (long count : counts) {
            if (count == 0) {
                zeros++;
            } else {
                bytes += bytes(zeros) + bytes(count);
                zeros = 0;
                some++;
            }
        }
        return bytes(some) + bytes;
    }

    /** @param counts none negative */
    static void write(long[] counts, ByteBuffer out) {
        int some = 0;
        for (long count : counts) {
            some += count == 0 ? 0 : 1;
        }
        put(some, out);
        int zeros = 0;
        for (long count : counts) {
            if (count == 0) {
                zeros++;
            } else {
                put(zeros, out);
                put(count, out);
                zeros = 0;
            }
        }
    }

    /** @throws IllegalArgumentException if the bytes are not what {@link #write} makes of so many counts */
    static long[] read(ByteBuffer in, int size, String what) {
        long[] counts = new long[size];
        long some = get(in, what);
        int at = -1;
        for (long i = 0; i < some; i++) {
            long zeros = get(in, what);
            StoredForm.check(zeros < size - 1 - at, what + ": " + zeros + " zeros behind count " + at + " of " + size);
            at += (int) zeros + 1;
            counts[at] = get(in, what);
            StoredForm.check(counts[at] > 0, what + ": count " + at + " is not above 0");
        }
        return counts;
    }

    private static int bytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + PAYLOAD_BITS - 1) / PAYLOAD_BITS);
    }

    private static void put(long value, ByteBuffer out) {
        long rest = value;
        while (rest >= MORE) {
            out.put((byte) (rest | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        out.put((byte) rest);
    }

    /** 0 or more, in the shortest form. */
    private static long get(ByteBuffer in, String what) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += PAYLOAD_BITS) {
            StoredForm.check(in.hasRemaining(), what + ": the bytes end within its counts");
            byte next = in.get();
            value |= (long) (next & (MORE - 1)) << shift;
            if (next >= 0) {
                StoredForm.check(next > 0 || shift == 0, what + ": a number within its counts is too long");
                return value;
            }
        }
        StoredForm.check(false, what + ": a number within its counts does not end");
        return value;
    }
}
