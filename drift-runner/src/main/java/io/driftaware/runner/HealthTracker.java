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
    private volatile State state = new State(null, null, false, false);

    HealthTracker(InstantSource clock, Duration interval) {
        this.clock = clock;
        this.interval = interval;
    }

    private record State(@Nullable Instant lastSuccess, @Nullable String lastError, boolean restored, boolean closed) {}

    synchronized void succeeded() {
        state = new State(clock.instant(), null, false, state.closed());
    }

    /** @param restored whether the database came from another cluster, so that nothing can be read until somebody acts */
    synchronized void failed(String error, boolean restored) {
        state = new State(state.lastSuccess(), error, restored, state.closed());
    }

    synchronized void closed() {
        state = new State(state.lastSuccess(), state.lastError(), state.restored(), true);
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
            return at.restored() ? "RESTORED" : "failing";
        }
        if (at.lastSuccess() == null) {
            return "starting";
        }
        Instant due = at.lastSuccess().plus(interval.multipliedBy(INTERVALS));
        return clock.instant().isAfter(due) ? "overdue" : "ok";
    }
}
