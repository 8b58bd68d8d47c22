package io.driftaware.logging;

import java.util.Optional;

/**
 * What became of the events that were waiting, in memory or on disk, when {@link DriftLogger#flush}, {@link DriftLogger#sync}
 * or {@link DriftLogger#close(java.time.Duration)} was called. Events logged during the call do not count here.
 *
 * @param complete whether every one of them is committed in the database
 * @param written how many are
 * @param spooled how many are on disk, forced to the device: they survive the process, and are written later
 * @param deadLettered how many are in dead-letter files, because the database refuses them
 * @param dropped how many are lost; {@link DriftLogger#stats()} and the log say why
 * @param pending how many still wait in memory, because the time ran out or the calling thread was interrupted
 * @param lastError what the database last said, one line, where {@code complete} is false and it said anything
 */
public record FlushResult(
        boolean complete,
        long written,
        long spooled,
        long deadLettered,
        long dropped,
        long pending,
        Optional<String> lastError) {
    /** Complete means that nothing is lost or waiting anywhere. */
    public FlushResult {
        if (complete != (spooled + deadLettered + dropped + pending == 0)) {
            throw new IllegalArgumentException("complete is " + complete + " with " + spooled + " spooled, "
                    + deadLettered + " dead-lettered, " + dropped + " dropped and " + pending + " pending");
        }
    }

    /** {@return whether every one of them is in the database or on disk, so that none is lost and none would be} */
    public boolean durable() {
        return dropped == 0 && pending == 0;
    }
}
