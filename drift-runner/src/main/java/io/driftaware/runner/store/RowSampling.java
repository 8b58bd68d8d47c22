package io.driftaware.runner.store;

import java.util.UUID;

/**
 * Which rows of a very busy bucket are scored: all of the first {@value #ALL_UP_TO}, of the n-th with probability
 * {@value #ALL_UP_TO}/n. So a bucket of a million rows scores some 14,000. The hash of the row's id decides, so a row is
 * not taken or left by what it says.
 */
final class RowSampling {
    static final int ALL_UP_TO = 2_000;

    private RowSampling() {}

    /** @param rank of the row in its bucket, from 1 */
    static boolean takes(UUID eventId, long rank) {
        return rank <= ALL_UP_TO || fraction(eventId) * rank < ALL_UP_TO;
    }

    /** From 0 to 1, evenly: the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over both halves. */
    private static double fraction(UUID eventId) {
        long hash = mix(eventId.getMostSignificantBits() ^ mix(eventId.getLeastSignificantBits()));
        return (hash >>> 11) * 0x1p-53;
    }

    private static long mix(long z) {
        long a = (z + 0x9E3779B97F4A7C15L ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ a >>> 27) * 0x94D049BB133111EBL;
        return b ^ b >>> 31;
    }
}
