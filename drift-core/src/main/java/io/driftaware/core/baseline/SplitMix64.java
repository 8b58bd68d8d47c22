package io.driftaware.core.baseline;

/**
 * Pseudo-random numbers whose sequence is part of the stored format: a baseline keeps the seed of its random features, not
 * the features. (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, the mixer and the
 * golden-ratio increment.)
 */
final class SplitMix64 {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    private long state;

    SplitMix64(long seed) {
        this.state = seed;
    }

    /** A bijection of 64 bits whose every output bit depends on every input bit. */
    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Uniform on the multiples of 2^-53 in [0, 1). */
    double nextDouble() {
        return (nextLong() >>> 11) * UNIT;
    }

    /** Uniform on 0 to bound - 1, to within 2^-33 for the bounds used here. */
    int nextInt(int bound) {
        return (int) (((nextLong() >>> 33) * bound) >>> 31);
    }

    /** Standard normal by Box and Muller's transform, one of its pair. */
    double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    /** The numbers 0 to size - 1 in random order (Fisher and Yates). */
    int[] permutation(int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
