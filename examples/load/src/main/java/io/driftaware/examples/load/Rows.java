package io.driftaware.examples.load;

import io.driftaware.logging.DriftLogger;
import java.io.IOException;

/** What comes in, one row at a time. */
interface Rows {
    /** Logs the next row that can be read; false at the end. */
    boolean logNext(DriftLogger logger) throws IOException;

    /** How many rows could not be read. */
    long unreadable();
}
