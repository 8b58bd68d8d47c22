package io.driftaware.runner;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the monitor itself is.
 *
 * @param live whether the schedule runs; false once the monitor is closed
 * @param ready whether the last check succeeded, could read some stream that has rows if any failed, and is not too long ago
 * @param state in a word: {@code starting}, {@code ok}, {@code degraded}: streams failed in the last check, {@code failing}:
 *     it failed, or all streams with rows did, {@code overdue}, {@code closed}, or {@code RESTORED}: the database came from another
 *     cluster and waits for {@code doctor --rebase}
 * @param lastSuccess when a check last succeeded
 * @param lastError why the last check failed, in one line; empty if it did not
 * @param failedStreams one line for each stream that the last check could not read or compare
 * @param leads whether the last check was its own, and not another monitor's that it read; empty before the first
 */
public record Health(
        boolean live,
        boolean ready,
        String state,
        Optional<Instant> lastSuccess,
        Optional<String> lastError,
        List<String> failedStreams,
        Optional<Boolean> leads) {
    /** Copies the list. */
    public Health {
        failedStreams = List.copyOf(failedStreams);
    }

    /** One before its first check. */
    public Health(
            boolean live,
            boolean ready,
            String state,
            Optional<Instant> lastSuccess,
            Optional<String> lastError,
            List<String> failedStreams) {
        this(live, ready, state, lastSuccess, lastError, failedStreams, Optional.empty());
    }

    /** One whose streams did not fail. */
    public Health(
            boolean live, boolean ready, String state, Optional<Instant> lastSuccess, Optional<String> lastError) {
        this(live, ready, state, lastSuccess, lastError, List.of());
    }

    Health leading(boolean leads) {
        return new Health(live, ready, state, lastSuccess, lastError, failedStreams, Optional.of(leads));
    }
}
