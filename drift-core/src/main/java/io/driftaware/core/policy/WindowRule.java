package io.driftaware.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;

/**
 * How far a window reaches back: by whole buckets until it has enough rows, but over the shortest time at least, so that it
 * holds every hour of the day, and over the longest at most, so that it is recent.
 *
 * @param rows that are enough
 * @param shortest length
 * @param longest length
 */
public record WindowRule(long rows, Duration shortest, Duration longest) {

    /** 200 rows, a day at least and seven days at most. */
    public static final WindowRule USUAL = new WindowRule(200, Duration.ofDays(1), Duration.ofDays(7));

    /** Refuses lengths that are out of order. */
    public WindowRule {
        if (rows < 1 || shortest.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException(rows + " rows within " + shortest + " to " + longest);
        }
    }

    /**
     * Where the window begins.
     *
     * @param buckets rows by the start of their bucket
     * @param now its end
     * @param earliest before which nothing counts, such as the end of the baseline's own rows
     */
    public Instant start(NavigableMap<Instant, Long> buckets, Instant now, Instant earliest) {
        Instant start = later(now.minus(shortest), earliest);
        if (!start.isBefore(now)) {
            return start;
        }
        Instant limit = later(now.minus(longest), earliest);
        long have = buckets.subMap(start, true, now, false).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        Map.Entry<Instant, Long> next = buckets.lowerEntry(start);
        while (have < rows && next != null && !next.getKey().isBefore(limit)) {
            have += next.getValue();
            start = next.getKey();
            next = buckets.lowerEntry(start);
        }
        return start;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
