package io.driftaware.logging;

import io.driftaware.logging.spool.Disk;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a logger was told about events that the database does not take at once.
 *
 * @param chosen null for the default, which depends on whether there is a folder
 * @param flushToDisk whether a flush whose time is up moves to disk what is left
 */
record Delivery(
        @Nullable OverflowPolicy chosen,
        @Nullable Path folder,
        long spoolBytes,
        long deadLetterBytes,
        boolean flushToDisk,
        Disk disk) {
    private static final long SMALLEST_SPOOL = 1 << 20;

    Delivery {
        Settings.check(spoolBytes >= SMALLEST_SPOOL, "spoolBytes", spoolBytes, "at least " + SMALLEST_SPOOL);
        Settings.check(deadLetterBytes >= 0, "deadLetterBytes", deadLetterBytes, "not negative");
        Settings.check(
                folder != null || chosen == null || !chosen.needsFolder(),
                "overflow",
                Objects.requireNonNullElse(chosen, OverflowPolicy.DROP_NEWEST),
                "with a spoolDirectory only; or DROP_NEWEST, or block(limit)");
    }

    OverflowPolicy policy() {
        if (chosen != null) {
            return chosen;
        }
        return folder == null ? OverflowPolicy.DROP_NEWEST : OverflowPolicy.OVERFLOW;
    }

    /** What remains of it when the folder can't be had. */
    OverflowPolicy policyWithoutFolder() {
        return policy().needsFolder() ? OverflowPolicy.DROP_NEWEST : policy();
    }
}
