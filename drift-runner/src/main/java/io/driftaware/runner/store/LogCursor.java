package io.driftaware.runner.store;

/**
 * A place in a log, in the order in which the log is read: by transaction, and within one by row.
 *
 * @param xactId of the last row that was read
 * @param rowId of the last row that was read
 */
record LogCursor(long xactId, long rowId) {
    /** Before every row. */
    static final LogCursor START = new LogCursor(0, 0);

    /** A condition on {@code xact_id} and {@code id}: behind this place, and of a transaction that is over. */
    String following(long horizon) {
        return "(xact_id, id) > ('%d'::xid8, %d) AND xact_id < '%d'::xid8".formatted(xactId, rowId, horizon);
    }

    /** A condition on {@code xact_id} and {@code id}: behind this place, up to another. */
    String upTo(LogCursor last) {
        return "(xact_id, id) > ('%d'::xid8, %d) AND (xact_id, id) <= ('%d'::xid8, %d)"
                .formatted(xactId, rowId, last.xactId, last.rowId);
    }
}
