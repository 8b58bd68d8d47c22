package io.driftaware.runner;

import java.time.Instant;
import java.util.Optional;

/**
 * How the monitor itself is.
 *
 * @param live whether the schedule runs; false once the monitor is closed
 * @param ready whether the last check succeeded, and not too long ago
 * @param state in a word: {@code starting}, {@code ok}, {@code failing}, {@code overdue}, {@code closed}, or {@code
 *     RESTORED}: the database came from another cluster and waits for {@code doctor --rebase}
 * @param lastSuccess when a check last succeeded
 * @param lastError why the last check failed, in one line; empty if it did not
 */
public record Health(
        boolean live, boolean ready, String state, Optional<Instant> lastSuccess, Optional<String> lastError) {}
