package io.driftaware.logging;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Version 7 UUIDs (RFC 9562) that grow: 48 bits of milliseconds, then 12 bits of a counter which runs over into the
 * milliseconds when more than 4,096 are made in one of them, then 62 random bits. The random bits are a SplitMix64 sequence
 * (Steele, Lea, Flood 2014) with start and step from one SecureRandom at construction, so that making an id takes no lock and
 * no entropy, and two processes that start in the same nanosecond still differ.
 */
final class EventIds {
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long MILLIS = 0xFFFF_FFFF_FFFFL;

    private final AtomicLong last = new AtomicLong();
    private final AtomicLong sequence;
    private final long step;

    EventIds(SecureRandom seed) {
        sequence = new AtomicLong(seed.nextLong());
        step = seed.nextLong() | 1;
    }

    /** Makes one; the time is a hint for its order, and ids keep growing where it goes back. */
    UUID next(long epochMillis) {
        long earliest = (epochMillis & MILLIS) << 12;
        long stamp = last.updateAndGet(previous -> Math.max(previous + 1, earliest));
        long high = (stamp >>> 12) << 16 | VERSION_7 | stamp & 0xFFF;
        long low = VARIANT | mix(sequence.getAndAdd(step)) >>> 2;
        return new UUID(high, low);
    }

    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
