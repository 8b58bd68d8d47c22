package io.driftaware.core.detect;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;

/**
 * How far back a window reaches: by whole buckets until it holds enough rows, a day at least and seven at most. Busy streams
 * are judged by their last day, thin ones by as much as they need.
 */
public final class EmbeddingWindow {

    /** Rows that a window grows back for. */
    public static final long ENOUGH_ROWS = 200;

    /** The shortest window. */
    public static final Duration SHORTEST = Duration.ofHours(24);

    /** The longest window. */
    public static final Duration LONGEST = Duration.ofDays(7);

    private EmbeddingWindow() {}

    /**
     * The start of the window that ends now.
     *
     * @param now its end, exclusive
     * @param rows number of rows by the start of their bucket; buckets outside the longest window do not matter
     * @return {@code now} less a day, or the start of an earlier bucket, at or after {@code now} less seven days
     */
    public static Instant start(Instant now, NavigableMap<Instant, Long> rows) {
        Instant start = now.minus(SHORTEST);
        long held = rows.subMap(start, true, now, false).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        NavigableMap<Instant, Long> earlier = rows.subMap(now.minus(LONGEST), true, start, false);
        for (Map.Entry<Instant, Long> bucket : earlier.descendingMap().entrySet()) {
            if (held >= ENOUGH_ROWS) {
                break;
            }
            held += bucket.getValue();
            start = bucket.getKey();
        }
        return start;
    }
}
