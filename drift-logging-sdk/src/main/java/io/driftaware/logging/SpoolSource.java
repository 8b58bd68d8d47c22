package io.driftaware.logging;

import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.spool.Spool;
import io.driftaware.logging.spool.SpoolBatch;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads loads from the spool; what it holds at a time is bounded in records and in bytes. For the writer's thread. */
final class SpoolSource {
    private static final long MOST_BYTES = 4 << 20;

    private final Spool spool;
    private final Books books;
    private final DeadLetterBox deadLetters;
    private final int batchSize;
    private byte[] header = {};
    private @Nullable StoredRows format;

    SpoolSource(Spool spool, Books books, DeadLetterBox deadLetters, int batchSize) {
        this.spool = spool;
        this.books = books;
        this.deadLetters = deadLetters;
        this.batchSize = batchSize;
    }

    boolean hasMore() {
        return spool.hasUnread();
    }

    boolean isEmpty() {
        return spool.isEmpty();
    }

    @Nullable
    SpoolLoad next() throws IOException {
        SpoolBatch batch = spool.read(batchSize, MOST_BYTES);
        if (batch == null) {
            return null;
        }
        SpoolLoad load = new SpoolLoad(batch, formatOf(batch), spool, books, deadLetters);
        load.dropUnreadable();
        return load.size() == 0 ? null : load;
    }

    /** The same object for the same header, so that the catalogue is asked once. */
    private StoredRows formatOf(SpoolBatch batch) throws IOException {
        StoredRows known = format;
        if (known == null || !Arrays.equals(header, batch.header())) {
            known = StoredRows.of(batch.header());
            format = known;
            header = batch.header();
        }
        return known;
    }

    void idle() throws IOException {
        spool.trim();
    }
}
