package io.driftaware.logging;

/**
 * Says how long to leave the database alone. Counts failures that are not of the rows; three in a row open the circuit. Pauses
 * are those of {@link Backoff}, from the first failure on. Used by the writer; {@link #state()} and {@link #isFailing()} by
 * anybody.
 */
final class CircuitBreaker {
    private static final int FAILURES_THAT_OPEN = 3;

    private final Backoff backoff;
    /** Written by the writer's thread only. */
    private volatile int failures;

    private volatile Circuit state = Circuit.CLOSED;

    CircuitBreaker(Backoff backoff) {
        this.backoff = backoff;
    }

    void succeeded() {
        if (failures > 0) {
            backoff.reset();
            failures = 0;
            state = Circuit.CLOSED;
        }
    }

    /** Returns how long to pause, in nanoseconds. */
    long failed() {
        int now = Math.min(failures + 1, FAILURES_THAT_OPEN);
        failures = now;
        if (now == FAILURES_THAT_OPEN) {
            state = Circuit.OPEN;
        }
        return backoff.nextNanos();
    }

    /** The pause is over. */
    void trying() {
        if (state == Circuit.OPEN) {
            state = Circuit.HALF_OPEN;
        }
    }

    boolean isFailing() {
        return failures > 0;
    }

    Circuit state() {
        return state;
    }
}
