package io.driftaware.logging;

import java.util.Optional;

/**
 * What became of the events that were waiting when {@link DriftLogger#flush} was called. Events logged during the call do not
 * count here.
 *
 * @param complete whether every one of them is committed in the database
 * @param written how many are
 * @param dropped how many are lost; {@link DriftLogger#stats()} and the log say why
 * @param pending how many still wait, because the time ran out or the calling thread was interrupted
 * @param lastError what the database last said, one line, where {@code complete} is false and it said anything
 */
public record FlushResult(boolean complete, long written, long dropped, long pending, Optional<String> lastError) {
    /** Complete means that nothing is lost or waiting. */
    public FlushResult {
        if (complete != (dropped == 0 && pending == 0)) {
            throw new IllegalArgumentException(
                    "complete is " + complete + " with " + dropped + " dropped and " + pending + " pending");
        }
    }
}
