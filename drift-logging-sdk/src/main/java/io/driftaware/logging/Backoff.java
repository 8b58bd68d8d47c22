package io.driftaware.logging;

import java.util.SplittableRandom;

/**
 * How long to wait before the next attempt: evenly between nothing and a ceiling that doubles ("full jitter", Brooker, AWS
 * Architecture Blog 2015), so that many applications do not all come back in the same moment.
 */
final class Backoff {
    private static final long FIRST_CEILING = 100_000_000L;
    private static final long LAST_CEILING = 5_000_000_000L;

    private final SplittableRandom random;
    private long ceiling = FIRST_CEILING;

    Backoff(long seed) {
        random = new SplittableRandom(seed);
    }

    long nextNanos() {
        long wait = random.nextLong(ceiling);
        ceiling = Math.min(LAST_CEILING, 2 * ceiling);
        return wait;
    }

    void reset() {
        ceiling = FIRST_CEILING;
    }
}
