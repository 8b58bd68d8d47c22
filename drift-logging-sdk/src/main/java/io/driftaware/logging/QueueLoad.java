package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.LogTable;
import io.driftaware.logging.postgres.WriteFailure;
import java.util.List;

/**
 * Events from memory. The writer settles them, until another thread, or itself, hands the rest over to the spooler; from then
 * on its reports do nothing. Guards: the numbers and flags by {@code this}; the slots belong to the writer,
 * and are only read while they are handed over.
 */
final class QueueLoad implements Load {
    private final Taken events;
    private final List<LogTable<Slot>> tables;
    private final Books books;
    private final DeadLetterBox deadLetters;
    private boolean mayBeThere;
    /** The batch may be filled anew once all of these are settled. Guarded by {@code this}, as are those below. */
    private int size;

    private int settled;
    private boolean handedOver;

    QueueLoad(Taken events, List<LogTable<Slot>> tables, Books books, DeadLetterBox deadLetters) {
        this.events = events;
        this.tables = tables;
        this.books = books;
        this.deadLetters = deadLetters;
    }

    /** Takes what waits, and returns how many events that are: none if they were handed over meanwhile. */
    int fill(Intake intake) {
        try {
            intake.take(events);
        } finally {
            filled(intake);
        }
        return size();
    }

    private synchronized void filled(Intake intake) {
        if (handedOver) {
            intake.giveBack(events.view(0, events.size()));
        } else {
            size = events.size();
            for (Slot event : events.view(0, size)) {
                mayBeThere |= event.mayBeThere;
            }
        }
    }

    @Override
    public synchronized int size() {
        return size;
    }

    @Override
    public synchronized boolean mayBeThere() {
        return mayBeThere;
    }

    @Override
    public void write(CopyWriter database, int from, int to, boolean doubtful) throws WriteFailure {
        database.write(events.view(from, to), tables, doubtful);
    }

    @Override
    public synchronized void written(int to) {
        if (!handedOver) {
            books.written(events.view(settled, to));
            settled = to;
        }
    }

    @Override
    public synchronized void refused(String reason) {
        if (!handedOver) {
            Slot event = events.get(settled);
            if (deadLetters.put(event, reason)) {
                books.deadLettered(event, reason);
            } else {
                books.poison(event, reason);
            }
            settled++;
        }
    }

    synchronized boolean isHandedOver() {
        return handedOver;
    }

    /** Gives back what is not settled; nobody can say whether it is stored, and the writer may go on reading it. */
    synchronized void handOver(Intake intake) {
        if (!handedOver) {
            handedOver = true;
            intake.lend(events.view(settled, size));
        }
    }
}
