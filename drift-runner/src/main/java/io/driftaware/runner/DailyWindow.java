package io.driftaware.runner;

import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The hours that the daily test of a window has not seen: whole ones, so that no row is in two windows, and a week at most.
 */
final class DailyWindow {
    private static final Duration LONGEST = Duration.ofDays(7);

    private DailyWindow() {}

    /**
     * @param at when the check is, as the sequences remember it
     * @param earliest before which nothing counts, such as the end of the baseline's own rows
     */
    static Window of(
            Sequences sequences, Hypothesis hypothesis, @Nullable Long baselineId, Instant at, Instant earliest) {
        Instant to = at.truncatedTo(ChronoUnit.HOURS);
        Instant seen = sequences
                .seenUntil(hypothesis, baselineId)
                .map(last -> last.truncatedTo(ChronoUnit.HOURS))
                .orElse(Instant.EPOCH);
        Instant from = later(later(seen, earliest), to.minus(LONGEST));
        return from.isBefore(to) ? new Window(from, to) : new Window(to.minusSeconds(1), to);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
