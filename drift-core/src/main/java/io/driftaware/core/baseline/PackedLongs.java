package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;

/**
 * Short stored forms of whole numbers, in base-128 digits with the low ones first; one form for equal numbers. Counts: how many
 * of them are not zero, then, if that is more than half, every count, else for each that is not zero the number of zeros
 * before it and the count. Sums: each as twice its size, one more and inverted if it is negative.
 */
final class PackedLongs {

    private static final int PAYLOAD_BITS = 7;
    private static final int MORE = 0x80;
    private static final int MAX_BYTES = 10;

    private PackedLongs() {}

    static int countsBytes(long[] counts) {
        int some = some(counts);
        boolean dense = dense(some, counts.length);
        int bytes = bytes(some);
        int zeros = 0;
        for (long count : counts) {
            if (dense) {
                bytes += bytes(count);
            } else if (count == 0) {
                zeros++;
            } else {
                bytes += bytes(zeros) + bytes(count);
                zeros = 0;
            }
        }
        return bytes;
    }

    /** @param counts none negative */
    static void writeCounts(long[] counts, ByteBuffer out) {
        int some = some(counts);
        boolean dense = dense(some, counts.length);
        put(some, out);
        int zeros = 0;
        for (long count : counts) {
            if (dense) {
                put(count, out);
            } else if (count == 0) {
                zeros++;
            } else {
                put(zeros, out);
                put(count, out);
                zeros = 0;
            }
        }
    }

    /** @throws IllegalArgumentException if the bytes are not what {@link #writeCounts} makes of so many counts */
    static long[] readCounts(ByteBuffer in, int size, String what) {
        long[] counts = new long[size];
        long some = get(in, what);
        StoredForm.check(some >= 0 && some <= size, what + ": " + some + " of " + size + " counts");
        boolean dense = dense(some, size);
        long at = -1;
        for (long i = 0; i < (dense ? size : some); i++) {
            at += dense ? 1 : get(in, what) + 1;
            if (at < 0 || at >= size) {
                throw StoredForm.damaged(what + ": there is no count " + at + " of " + size);
            }
            counts[(int) at] = get(in, what);
            if (counts[(int) at] < (dense ? 0 : 1)) {
                throw StoredForm.damaged(what + ": count " + at + " is too small");
            }
        }
        StoredForm.check(some(counts) == some, what + ": not " + some + " of its counts are above 0");
        return counts;
    }

    static int sumsBytes(long[] sums) {
        int bytes = 0;
        for (long sum : sums) {
            bytes += bytes(folded(sum));
        }
        return bytes;
    }

    static void writeSums(long[] sums, ByteBuffer out) {
        for (long sum : sums) {
            put(folded(sum), out);
        }
    }

    static long[] readSums(ByteBuffer in, int size, String what) {
        long[] sums = new long[size];
        for (int i = 0; i < size; i++) {
            long folded = get(in, what);
            sums[i] = folded >>> 1 ^ -(folded & 1);
        }
        return sums;
    }

    private static long folded(long sum) {
        return sum << 1 ^ sum >> (Long.SIZE - 1);
    }

    private static int some(long[] counts) {
        int some = 0;
        for (long count : counts) {
            some += count == 0 ? 0 : 1;
        }
        return some;
    }

    private static boolean dense(long some, int size) {
        return 2 * some > size;
    }

    private static int bytes(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + PAYLOAD_BITS - 1) / PAYLOAD_BITS);
    }

    private static void put(long value, ByteBuffer out) {
        long rest = value;
        while (rest < 0 || rest >= MORE) {
            out.put((byte) (rest | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        out.put((byte) rest);
    }

    private static long get(ByteBuffer in, String what) {
        long value = 0;
        for (int i = 0; i < MAX_BYTES; i++) {
            if (!in.hasRemaining()) {
                throw StoredForm.damaged(what + ": the bytes end within its numbers");
            }
            byte next = in.get();
            value |= (long) (next & (MORE - 1)) << (i * PAYLOAD_BITS);
            if (next >= 0) {
                // Both would be a second form of the same number: a last digit of zero, and more than 64 bits.
                if (next == 0 && i > 0) {
                    throw StoredForm.damaged(what + ": a number ends in zeros");
                }
                if (next > 1 && i == MAX_BYTES - 1) {
                    throw StoredForm.damaged(what + ": a number has more than 64 bits");
                }
                return value;
            }
        }
        throw StoredForm.damaged(what + ": a number has more than " + MAX_BYTES + " digits");
    }
}
