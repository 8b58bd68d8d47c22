package io.driftaware.logging.spool;

import io.driftaware.logging.DriftLogger;

/** What the spool must not have: {@code ArrowsTest} must object to it. */
public final class SpoolOutlaw {
    private SpoolOutlaw() {}

    static void knowsEvents(DriftLogger logger) {
        logger.close();
    }
}
