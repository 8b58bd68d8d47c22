package io.driftaware.logging;

import io.driftaware.logging.privacy.ContentCapture;
import io.driftaware.logging.privacy.Redactor;
import io.driftaware.logging.privacy.UserIds;
import io.driftaware.logging.signal.SignalDetector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of events.
 *
 * @param redactors in order, where content is REDACTED
 * @param detectors fill flags that the application left unset, in order; none unless switched on
 * @param userIds makes pseudonyms of user ids; null where they are stored as they are
 */
record Capture(
        ContentCapture content,
        List<Redactor> redactors,
        List<SignalDetector> detectors,
        @Nullable UserIds userIds,
        Sampling sampling) {
    Capture {
        redactors = List.copyOf(redactors);
        detectors = List.copyOf(detectors);
    }
}
