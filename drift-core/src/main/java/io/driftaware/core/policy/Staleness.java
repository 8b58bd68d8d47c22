package io.driftaware.core.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a stream seems to be cut off: no row for three times its usual gap, and for a day at least. The usual gap is
 * the span of its rows over its active hours less one. With fewer than {@value #MIN_ACTIVE_HOURS} active hours the gap is
 * not known, and nothing is called stale.
 *
 * @param first time of the first row
 * @param last time of the last row
 * @param activeHours hours with at least one row between the two
 */
public record Staleness(Instant first, Instant last, long activeHours) {

    /** Active hours from which on the usual gap is known. */
    public static final long MIN_ACTIVE_HOURS = 10;

    private static final Duration AT_LEAST = Duration.ofHours(24);
    private static final int GAPS = 3;

    /** Refuses rows in the wrong order and a stream without an active hour. */
    public Staleness {
        if (last.isBefore(first)) {
            throw new IllegalArgumentException("last row at " + last + " is before the first at " + first);
        }
        if (activeHours < 1) {
            throw new IllegalArgumentException("active hours " + activeHours + " is not at least 1");
        }
    }

    /** For how long the stream may be silent; empty while its usual gap is not known. */
    public Optional<Duration> limit() {
        if (activeHours < MIN_ACTIVE_HOURS) {
            return Optional.empty();
        }
        Duration silence = Duration.between(first, last).multipliedBy(GAPS).dividedBy(activeHours - 1);
        return Optional.of(silence.compareTo(AT_LEAST) > 0 ? silence : AT_LEAST);
    }

    /** Whether it has been silent for longer than that. A last row in the future is not stale. */
    public boolean isStale(Instant now) {
        return limit().filter(limit -> Duration.between(last, now).compareTo(limit) > 0)
                .isPresent();
    }
}
