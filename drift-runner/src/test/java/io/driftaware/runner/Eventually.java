package io.driftaware.runner;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for something to become true, with a deadline far beyond what it needs. */
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Eventually() {}

    /** Looks again and again, and fails with {@code what} at the deadline. */
    public static void isTrue(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
