package io.driftaware.runner.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a stream had rows, from the start of its baseline window to the check.
 *
 * @param first time of its first row, null without rows
 * @param last time of its last row, null without rows
 * @param activeHours hours with at least one row
 */
public record Activity(@Nullable Instant first, @Nullable Instant last, long activeHours) {
    /** No row at all. */
    static final Activity NONE = new Activity(null, null, 0);

    /** Refuses half an activity. */
    public Activity {
        if (activeHours < 0 || (activeHours == 0) != (first == null) || (first == null) != (last == null)) {
            throw new IllegalArgumentException(
                    "activity from " + first + " to " + last + " cannot have " + activeHours + " active hours");
        }
    }
}
