package io.driftaware.runner.store;

import io.driftaware.core.policy.WindowRule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.NavigableMap;

/** How far back the recent window of what is counted by hours reaches: whole hours alone are in it. */
public final class RecentHours {
    private RecentHours() {}

    /**
     * The start of its first hour; now, where none has begun since {@code earliest}.
     *
     * @param hours rows by the start of their hour
     * @param now its end
     * @param earliest before which nothing counts, such as the end of the baseline's own rows
     */
    public static Instant start(NavigableMap<Instant, Long> hours, Instant now, Instant earliest) {
        Instant start = WindowRule.USUAL.start(hours, now, earliest);
        Instant hour = start.truncatedTo(ChronoUnit.HOURS);
        Instant next = hour.equals(start) ? start : hour.plus(1, ChronoUnit.HOURS);
        return next.isAfter(now) ? now : next;
    }
}
