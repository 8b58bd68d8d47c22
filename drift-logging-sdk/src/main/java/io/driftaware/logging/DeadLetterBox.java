package io.driftaware.logging;

import io.driftaware.logging.postgres.RowFormat;
import io.driftaware.logging.postgres.WriteFailure;
import io.driftaware.logging.spool.Letters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the database refuses, where there is a folder and room in it. For the writer's thread. */
final class DeadLetterBox {
    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);

    private final @Nullable Letters letters;
    private final RowFormat<Slot> format;
    private final byte[] header;

    DeadLetterBox(@Nullable Letters letters, RowFormat<Slot> format) {
        this.letters = letters;
        this.format = format;
        this.header = format.header();
    }

    /** Returns whether it is kept. */
    boolean put(Slot event, String reason) {
        return put(header, reason, frames -> format.write(event, frames::put));
    }

    /** The same for a record of the spool, whose row starts at {@code from}. */
    boolean put(byte[] recordHeader, byte[] record, int from, String reason) {
        return put(recordHeader, reason, frames -> frames.put(record, from, record.length - from));
    }

    private boolean put(byte[] itsHeader, String reason, Letters.Body<WriteFailure> body) {
        Letters open = letters;
        if (open == null) {
            return false;
        }
        try {
            return open.add(itsHeader, reason, body);
        } catch (IOException e) {
            LOG.warn("a dead letter could not be written: {}", e.toString());
            return false;
        } catch (WriteFailure e) {
            // What has no bytes for the database has none for a file.
            return false;
        }
    }

    /** Lets others have the file. */
    void rest() {
        Letters open = letters;
        if (open != null) {
            try {
                open.rest();
            } catch (IOException e) {
                LOG.warn("a dead-letter file could not be finished: {}", e.toString());
            }
        }
    }
}
