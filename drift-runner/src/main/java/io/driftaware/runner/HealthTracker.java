package io.driftaware.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers how the checks went. */
final class HealthTracker {
    /** So many intervals without a success are too many, even if no check failed: one may hang. */
    private static final int INTERVALS = 3;

    private final InstantSource clock;
    private final Duration interval;
    private volatile State state = new State(null, null, false);

    HealthTracker(InstantSource clock, Duration interval) {
        this.clock = clock;
        this.interval = interval;
    }

    private record State(@Nullable Instant lastSuccess, @Nullable String lastError, boolean closed) {}

    synchronized void succeeded() {
        state = new State(clock.instant(), null, state.closed());
    }

    synchronized void failed(String error) {
        state = new State(state.lastSuccess(), error, state.closed());
    }

    synchronized void closed() {
        state = new State(state.lastSuccess(), state.lastError(), true);
    }

    Health now() {
        State at = state;
        String word = word(at);
        return new Health(
                !at.closed(),
                word.equals("ok"),
                word,
                Optional.ofNullable(at.lastSuccess()),
                Optional.ofNullable(at.lastError()));
    }

    private String word(State at) {
        if (at.closed()) {
            return "closed";
        }
        if (at.lastError() != null) {
            return "failing";
        }
        if (at.lastSuccess() == null) {
            return "starting";
        }
        Instant due = at.lastSuccess().plus(interval.multipliedBy(INTERVALS));
        return clock.instant().isAfter(due) ? "overdue" : "ok";
    }
}
