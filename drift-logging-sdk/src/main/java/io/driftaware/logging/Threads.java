package io.driftaware.logging;

import java.util.concurrent.TimeUnit;

/** Waits for threads that are about to end. */
final class Threads {
    private Threads() {}

    /** Returns whether the calling thread was interrupted while it waited, which does not end the wait. */
    static boolean join(Thread thread, long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }
}
