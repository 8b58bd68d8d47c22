package io.driftaware.logging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Takes events out of the queue, for the writer or the spooler, and lets each pass the {@link Preparation} once. What one of
 * them could not settle it gives back, prepared, for the other to take. Everything is guarded by {@code this}, so that two
 * threads never prepare at the same time; producers never need the lock.
 */
final class Intake {
    private final EventRing ring;
    private final Preparation preparation;
    private final Books books;
    private final Deque<Slot> returned = new ArrayDeque<>();

    Intake(EventRing ring, Preparation preparation, Books books) {
        this.ring = ring;
        this.preparation = preparation;
        this.books = books;
    }

    /** Fills the batch with what waits, and returns how many events that are. */
    synchronized int take(Taken into) {
        into.reset();
        while (!into.isFull() && !returned.isEmpty()) {
            returned.remove().copyTo(into.next());
            into.added();
        }
        for (int ready = ring.ready(into.capacity() - into.size()); ready > 0; ready--) {
            Slot slot = into.next();
            ring.take(slot);
            if (prepared(slot)) {
                into.added();
            }
        }
        return into.size();
    }

    /** Content that can't be prepared must not get out: then the whole event stays in. */
    private boolean prepared(Slot slot) {
        try {
            preparation.prepare(slot);
            return true;
        } catch (RuntimeException | Error e) {
            books.poison(
                    slot, "the event could not be prepared: " + e.getClass().getName());
            return false;
        }
    }

    /** How many events wait here, counted up to {@code max}. */
    synchronized int ready(int max) {
        int back = Math.min(max, returned.size());
        return back + ring.ready(max - back);
    }

    /** Takes back events that were taken and are not settled. */
    synchronized void giveBack(Collection<Slot> events) {
        for (Slot event : events) {
            giveBack(event);
        }
    }

    /** The same for events that another thread may still be writing: nobody knows whether they are stored. */
    synchronized void lend(Collection<Slot> events) {
        for (Slot event : events) {
            Slot copy = giveBack(event);
            copy.mayBeThere = true;
            copy.lent = true;
        }
    }

    private Slot giveBack(Slot event) {
        Slot copy = new Slot();
        event.copyTo(copy);
        returned.add(copy);
        return copy;
    }

    /** Removes those of a rank from what was given back. */
    synchronized List<Slot> giveUp(Rank rank) {
        List<Slot> given = new ArrayList<>();
        for (Iterator<Slot> events = returned.iterator(); events.hasNext(); ) {
            Slot event = events.next();
            if (event.rank() == rank) {
                events.remove();
                given.add(event);
            }
        }
        return given;
    }
}
