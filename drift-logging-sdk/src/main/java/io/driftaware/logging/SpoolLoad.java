package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.StoredRow;
import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.postgres.WriteFailure;
import io.driftaware.logging.spool.Spool;
import io.driftaware.logging.spool.SpoolBatch;
import java.util.ArrayList;
import java.util.List;

/** Events from the spool. A record is one byte, which says whether an attempt to store it is in doubt, and its row. */
final class SpoolLoad implements Load {
    static final int CERTAIN = 0;
    static final int IN_DOUBT = 1;

    private final List<StoredRow> rows = new ArrayList<>();
    private final List<byte[]> records = new ArrayList<>();
    private final byte[] header;
    private final StoredRows format;
    private final Spool spool;
    private final Books books;
    private final DeadLetterBox deadLetters;
    private final long unreadable;
    private boolean mayBeThere;
    private int settled;

    SpoolLoad(SpoolBatch batch, StoredRows format, Spool spool, Books books, DeadLetterBox deadLetters) {
        this.header = batch.header();
        this.format = format;
        this.spool = spool;
        this.books = books;
        this.deadLetters = deadLetters;
        mayBeThere = batch.recovered();
        batch.records().forEach(this::add);
        unreadable = batch.lost() + batch.records().size() - rows.size();
    }

    private void add(byte[] record) {
        try {
            rows.add(format.row(record, 1));
            records.add(record);
            mayBeThere |= record[0] != CERTAIN;
        } catch (IllegalArgumentException e) {
            // Counted as the difference.
            return;
        }
    }

    /** Accounts for records of this batch that are not what they should be. Before anything else. */
    void dropUnreadable() {
        if (unreadable > 0) {
            books.lostFromSpool(unreadable, DropReason.SPOOL_DAMAGED, "records in the spool are damaged");
            spool.settled(unreadable);
        }
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public boolean mayBeThere() {
        return mayBeThere;
    }

    @Override
    public void write(CopyWriter database, int from, int to, boolean doubtful) throws WriteFailure {
        database.write(rows.subList(from, to), format.tables(), doubtful);
    }

    @Override
    public void written(int to) {
        books.writtenFromSpool(to - settled);
        spool.settled(to - settled);
        settled = to;
    }

    @Override
    public void refused(String reason) {
        if (deadLetters.put(header, records.get(settled), 1, reason)) {
            books.deadLetteredFromSpool(reason);
        } else {
            books.lostFromSpool(1, DropReason.POISON, reason);
        }
        spool.settled(1);
        settled++;
    }
}
