package io.driftaware.runner.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The stretches of time that one check compares.
 *
 * @param recent ends at the check
 * @param baseline lies before {@code recent}
 */
public record CheckWindows(Window recent, Window baseline) {
    /** Refuses windows that overlap. */
    public CheckWindows {
        if (baseline.to().isAfter(recent.from())) {
            throw new IllegalArgumentException("baseline " + baseline + " overlaps the recent window " + recent);
        }
    }

    /**
     * The windows of a check.
     *
     * @param at when the check is; cut to microseconds, which is what PostgreSQL keeps
     * @param length of the recent window
     * @param baselineFrom how long before {@code at} the baseline begins
     * @param baselineTo how long before {@code at} the baseline ends
     */
    public static CheckWindows at(Instant at, Duration length, Duration baselineFrom, Duration baselineTo) {
        Instant now = at.truncatedTo(ChronoUnit.MICROS);
        return new CheckWindows(
                new Window(now.minus(length), now), new Window(now.minus(baselineFrom), now.minus(baselineTo)));
    }

    /** The same, a bit later: on the grid of {@link Bucket}, so that whole buckets make up both windows. */
    public static CheckWindows onGrid(Instant at, Duration length, Duration baselineFrom, Duration baselineTo) {
        return at(Bucket.roundUp(at), length, baselineFrom, baselineTo);
    }

    /** When the check is. */
    public Instant now() {
        return recent.to();
    }

    /** From the start of the baseline to the check. */
    public Window whole() {
        return new Window(baseline.from(), recent.to());
    }
}
