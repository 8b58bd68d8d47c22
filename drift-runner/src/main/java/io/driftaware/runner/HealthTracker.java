package io.driftaware.runner;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers how the checks went. */
final class HealthTracker {
    /** So many intervals without a success are too many, even if no check failed: one may hang. */
    private static final int INTERVALS = 3;

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Duration interval;
    private volatile State state = new State(null, 0, null, List.of(), false, false, false);

    /** @param nanoTime how much time has passed, whatever the clock says */
    HealthTracker(InstantSource clock, LongSupplier nanoTime, Duration interval) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.interval = interval;
    }

    private record State(
            @Nullable Instant lastSuccess,
            long successNanos,
            @Nullable String lastError,
            List<String> failedStreams,
            boolean noneRead,
            boolean restored,
            boolean closed) {}

    /** A check succeeded; streams of it may have failed. One that has no rows says nothing about those that have. */
    synchronized void succeeded(CheckReport report) {
        List<String> failed = new ArrayList<>();
        boolean anyRead = false;
        for (CheckReport.StreamReport stream : report.streams()) {
            if (stream.findings().isEmpty()) {
                failed.add(stream.stream() + ": " + stream.reason());
            } else {
                anyRead |= stream.recentSamples() + stream.baselineSamples() > 0;
            }
        }
        state = new State(
                clock.instant(),
                nanoTime.getAsLong(),
                null,
                failed,
                !failed.isEmpty() && !anyRead,
                false,
                state.closed());
    }

    /** @param restored whether the database came from another cluster, so that nothing can be read until somebody acts */
    synchronized void failed(String error, boolean restored) {
        state = new State(state.lastSuccess(), state.successNanos(), error, List.of(), false, restored, state.closed());
    }

    synchronized void closed() {
        State at = state;
        state = new State(
                at.lastSuccess(),
                at.successNanos(),
                at.lastError(),
                at.failedStreams(),
                at.noneRead(),
                at.restored(),
                true);
    }

    Health now() {
        State at = state;
        String word = word(at);
        return new Health(
                !at.closed(),
                word.equals("ok") || word.equals("degraded"),
                word,
                Optional.ofNullable(at.lastSuccess()),
                Optional.ofNullable(at.lastError()),
                at.failedStreams());
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
        long limit = interval.multipliedBy(INTERVALS).toNanos();
        if (nanoTime.getAsLong() - at.successNanos() > limit) {
            return "overdue";
        }
        if (at.noneRead()) {
            return "failing";
        }
        return at.failedStreams().isEmpty() ? "ok" : "degraded";
    }
}
