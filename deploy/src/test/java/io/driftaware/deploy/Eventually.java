package io.driftaware.deploy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Waits until an assertion holds, with a deadline far beyond what it needs. */
public final class Eventually {
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    private Eventually() {}

    /** Tries the assertion until it holds; what it last complained of is the error. */
    public static void holds(ThrowingCallable assertion) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try {
                assertion.call();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
