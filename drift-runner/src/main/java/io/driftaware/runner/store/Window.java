package io.driftaware.runner.store;

import java.time.Instant;

/**
 * A half-open stretch of time.
 *
 * @param from first instant that belongs to it
 * @param to first instant that no longer does
 */
public record Window(Instant from, Instant to) {
    /** Refuses a window that is empty. */
    public Window {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("window from " + from + " to " + to + " is empty");
        }
    }
}
