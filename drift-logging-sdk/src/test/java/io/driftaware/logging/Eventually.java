package io.driftaware.logging;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about. */
final class Eventually {
    private static final long DEADLINE = Duration.ofSeconds(30).toNanos();
    private static final long BETWEEN_LOOKS = Duration.ofMillis(5).toNanos();

    private Eventually() {}

    static void hold(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 30 s: " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
    }
}
