package io.driftaware.logging;

import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.spool.Spool;
import io.driftaware.logging.spool.SpoolBatch;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads loads from the spool; what it holds at a time is bounded in records and in bytes. A segment that can't be read is tried
 * again for some seconds, while events in memory are written, and then left for the next logger, since nothing behind it would
 * ever be written. For the writer's thread.
 */
final class SpoolSource {
    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    private static final long MOST_BYTES = 4 << 20;
    private static final long TROUBLE = 1_000_000_000L;
    private static final int MOST_ATTEMPTS = 10;

    private final Spool spool;
    private final Books books;
    private final DeadLetterBox deadLetters;
    private final int batchSize;
    private byte[] header = {};
    private @Nullable StoredRows format;
    private String trouble = "";
    private long troubleSince;
    private int attempts;

    SpoolSource(Spool spool, Books books, DeadLetterBox deadLetters, int batchSize) {
        this.spool = spool;
        this.books = books;
        this.deadLetters = deadLetters;
        this.batchSize = batchSize;
    }

    boolean hasMore() {
        return spool.hasUnread() && !isLeftAlone();
    }

    private boolean isLeftAlone() {
        return !trouble.isEmpty() && System.nanoTime() - troubleSince < TROUBLE;
    }

    boolean isEmpty() {
        return spool.isEmpty();
    }

    @Nullable
    SpoolLoad next() {
        SpoolBatch batch = read();
        if (batch == null) {
            return null;
        }
        StoredRows known = formatOf(batch);
        if (known == null) {
            drop(batch);
            return null;
        }
        SpoolLoad load = new SpoolLoad(batch, known, spool, books, deadLetters);
        load.dropUnreadable();
        return load.size() == 0 ? null : load;
    }

    private @Nullable SpoolBatch read() {
        if (isLeftAlone()) {
            return null;
        }
        try {
            SpoolBatch batch = spool.read(batchSize, MOST_BYTES);
            trouble = "";
            attempts = 0;
            return batch;
        } catch (IOException e) {
            failed(e);
            return null;
        }
    }

    private void failed(IOException e) {
        troubleSince = System.nanoTime();
        attempts++;
        if (trouble.isEmpty()) {
            trouble = "the spool in " + spool.folder() + " can't be read: " + e;
            LOG.warn("events stay on disk: {}", trouble);
        }
        books.failed(trouble);
        if (attempts == MOST_ATTEMPTS) {
            long events = spool.skip();
            books.lostFromSpool(
                    events, DropReason.SPOOL_DAMAGED, trouble + "; the segment is kept, for the next logger to try");
            spool.settled(events);
            trouble = "";
            attempts = 0;
        }
    }

    /** The same object for the same header, so that the catalogue is asked once; null where it is damaged by now. */
    private @Nullable StoredRows formatOf(SpoolBatch batch) {
        StoredRows known = format;
        if (known == null || !Arrays.equals(header, batch.header())) {
            try {
                known = StoredRows.of(batch.header());
            } catch (IOException e) {
                return null;
            }
            format = known;
            header = batch.header();
        }
        return known;
    }

    private void drop(SpoolBatch batch) {
        long events = batch.lost() + batch.records().size();
        books.lostFromSpool(events, DropReason.SPOOL_DAMAGED, "the header of a segment in the spool is damaged");
        spool.settled(events);
    }

    void idle() throws IOException {
        spool.trim();
    }
}
