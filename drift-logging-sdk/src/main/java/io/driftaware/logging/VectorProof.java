package io.driftaware.logging;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Proves in a fraction of a microsecond that a vector is sound: every value finite, one of them not zero. What it cannot prove may
 * be sound all the same.
 *
 * <p>A value times zero, plus zero, has the bits of zero if the value is finite, else it is NaN. As a loop from array to array,
 * compared with zeros as a whole, that runs on all lanes of the processor, which a sum in a variable does not.
 */
final class VectorProof {
    /** As many threads as can be within a proof at once without one of them having to add up. */
    private static final int SCRATCHES = 16;

    private final float[] zeros;
    private final AtomicReferenceArray<float[]> scratches;

    /** @param dimension of the vectors that are proved by all lanes; others are added up */
    VectorProof(int dimension) {
        zeros = new float[dimension];
        float[][] each = new float[dimension == 0 ? 0 : SCRATCHES][];
        for (int i = 0; i < each.length; i++) {
            each[i] = new float[dimension];
        }
        scratches = new AtomicReferenceArray<>(each);
    }

    boolean isSound(float[] v) {
        if (v.length != zeros.length || v.length == 0) {
            return sumIsSound(v);
        }
        int place = (int) Thread.currentThread().getId() & SCRATCHES - 1;
        float[] scratch = scratches.getAndSet(place, null);
        if (scratch == null) {
            return sumIsSound(v);
        }
        timesZero(v, scratch);
        boolean finite = Arrays.equals(scratch, zeros);
        scratches.setRelease(place, scratch);
        return finite && isNotZero(v);
    }

    private static void timesZero(float[] v, float[] products) {
        for (int i = 0; i < v.length; i++) {
            products[i] = v[i] * 0f + 0f;
        }
    }

    private static boolean isNotZero(float[] v) {
        for (float value : v) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * A sum that is a number, and not 0, proves every value finite and one of them not zero; any other sum proves nothing.
     * Eight sums, because one would have to wait for each addition.
     */
    private static boolean sumIsSound(float[] v) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        float e = 0;
        float f = 0;
        float g = 0;
        float h = 0;
        int i = 0;
        for (; i <= v.length - 8; i += 8) {
            a += v[i];
            b += v[i + 1];
            c += v[i + 2];
            d += v[i + 3];
            e += v[i + 4];
            f += v[i + 5];
            g += v[i + 6];
            h += v[i + 7];
        }
        for (; i < v.length; i++) {
            a += v[i];
        }
        float sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
        return Float.isFinite(sum) && sum != 0;
    }
}
