package io.driftaware.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that goes when it is told to. */
public final class FixedClock implements InstantSource {
    private volatile Instant now;

    /** Stands at {@code now}. */
    public FixedClock(Instant now) {
        this.now = now;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Goes on. */
    public void advance(Duration by) {
        now = now.plus(by);
    }
}
