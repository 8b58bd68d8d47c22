package io.driftaware.logging;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Takes events out of the queue, for the writer or the spooler, and lets each pass the {@link Preparation} once. What one of
 * them could not settle it gives back, prepared, for the other to take. Taking is guarded by {@code this}, so that two threads
 * never prepare at the same time; producers never need the lock. What was given back is guarded by {@code returned}, which is
 * never held while events are prepared: a redactor that hangs must not hold who closes.
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
        takeReturned(into);
        for (int ready = ring.ready(into.capacity() - into.size()); ready > 0; ready--) {
            Slot slot = into.next();
            ring.take(slot);
            if (prepared(slot)) {
                into.added();
            }
        }
        return into.size();
    }

    private void takeReturned(Taken into) {
        synchronized (returned) {
            while (!into.isFull() && !returned.isEmpty()) {
                returned.remove().copyTo(into.next());
                into.added();
            }
        }
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

    /** About how many events wait here, counted up to {@code max}: somebody may be taking them. */
    int ready(int max) {
        int back;
        synchronized (returned) {
            back = Math.min(max, returned.size());
        }
        return back + ring.ready(max - back);
    }

    /** Takes back events that were taken and are not settled. */
    void giveBack(Collection<Slot> events) {
        synchronized (returned) {
            for (Slot event : events) {
                returned.add(copyOf(event));
            }
        }
    }

    /** The same for events that another thread may still be writing: nobody knows whether they are stored. */
    void lend(Collection<Slot> events) {
        synchronized (returned) {
            for (Slot event : events) {
                Slot copy = copyOf(event);
                copy.mayBeThere = true;
                copy.lent = true;
                returned.add(copy);
            }
        }
    }

    private static Slot copyOf(Slot event) {
        Slot copy = new Slot();
        event.copyTo(copy);
        return copy;
    }

    /** Removes those of a rank from what was given back, but none that may be stored: it would be counted as lost. */
    List<Slot> giveUp(Rank rank) {
        List<Slot> given = new ArrayList<>();
        synchronized (returned) {
            for (Iterator<Slot> events = returned.iterator(); events.hasNext(); ) {
                Slot event = events.next();
                if (event.rank() == rank && !event.mayBeThere) {
                    events.remove();
                    given.add(event);
                }
            }
        }
        return given;
    }
}
