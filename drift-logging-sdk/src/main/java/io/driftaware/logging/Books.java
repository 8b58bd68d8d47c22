package io.driftaware.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for every event. Nothing is counted twice or estimated: what entered is the ring's tail, and an event leaves memory
 * or the disk under this object's lock together with the count of what became of it. So a snapshot taken under the lock
 * balances exactly, and {@code log} never needs the lock.
 *
 * <p>Guards: all that is not final or volatile by {@code this}. Nothing here does I/O or calls out while it holds the lock.
 */
final class Books {
    private final EventRing ring;
    private final VectorPool pool;
    private final Tallies<RejectReason> rejected = new Tallies<>(RejectReason.class);
    private final Tallies<DropReason> dropped = new Tallies<>(DropReason.class);
    private final Tallies<WithholdReason> withheld = new Tallies<>(WithholdReason.class);
    private final LongAdder sampledOut = new LongAdder();
    private final List<Waiting> calls = new ArrayList<>();
    /** Whether any call waits, and whether one waits for the disk; written under the lock. */
    private volatile boolean flushing;

    private volatile boolean syncing;
    private volatile boolean abandoned;
    private long recovered;
    private long written;
    private long deadLettered;
    /** How many events ever came into the spool, those that were found there included, and how many left it. */
    private long spoolEntered;

    private long spoolLeft;
    private @Nullable String lastError;

    Books(EventRing ring, VectorPool pool) {
        this.ring = ring;
        this.pool = pool;
    }

    Tallies<RejectReason> rejected() {
        return rejected;
    }

    Tallies<DropReason> dropped() {
        return dropped;
    }

    /** Events whose row is stored without its texts. */
    Tallies<WithholdReason> withheld() {
        return withheld;
    }

    /** An embedding that is not in the sample. */
    void sampledOut() {
        sampledOut.increment();
    }

    /** An earlier logger left so many events in the spool, and so many more that can't be read. */
    synchronized void recovered(long whole, long damaged) {
        recovered += whole + damaged;
        spoolEntered += whole;
        if (damaged > 0) {
            drop(DropReason.SPOOL_DAMAGED, damaged, "records found in the spool are cut short or damaged");
        }
    }

    /** Events from memory are committed. */
    synchronized void written(List<Slot> events) {
        if (!abandoned) {
            written += events.size();
            lastError = null;
            calls.forEach(call -> call.written(events));
            leave(events);
        }
    }

    /** Events from memory are on disk, in this order. */
    synchronized void spooled(List<Slot> events) {
        if (!abandoned) {
            calls.forEach(call -> call.spooled(events, spoolEntered));
            spoolEntered += events.size();
            leave(events);
        }
    }

    /** An event from memory is given up for good. */
    void poison(Slot event, String reason) {
        lost(List.of(event), DropReason.POISON, reason);
    }

    /** Events from memory gave their place to others. */
    void shed(List<Slot> events, String reason) {
        if (!events.isEmpty()) {
            lost(events, DropReason.SHED, reason);
        }
    }

    private synchronized void lost(List<Slot> events, DropReason cause, String reason) {
        if (!abandoned) {
            drop(cause, events.size(), reason);
            calls.forEach(call -> call.dropped(events, reason));
            leave(events);
        }
    }

    /** An event from memory is in a dead letter. */
    synchronized void deadLettered(Slot event, String reason) {
        if (!abandoned) {
            deadLettered++;
            calls.forEach(call -> call.deadLettered(List.of(event), reason));
            leave(List.of(event));
        }
    }

    /** The next so many events of the spool are committed. */
    synchronized void writtenFromSpool(long events) {
        if (!abandoned) {
            written += events;
            lastError = null;
            calls.forEach(call -> call.writtenFromDisk(spoolLeft, spoolLeft + events));
            leaveSpool(events);
        }
    }

    /** The next so many events of the spool are lost. */
    synchronized void lostFromSpool(long events, DropReason cause, String reason) {
        if (!abandoned && events > 0) {
            drop(cause, events, reason);
            calls.forEach(call -> call.droppedFromDisk(spoolLeft, spoolLeft + events, reason));
            leaveSpool(events);
        }
    }

    /** The next event of the spool is in a dead letter. */
    synchronized void deadLetteredFromSpool(String reason) {
        if (!abandoned) {
            deadLettered++;
            calls.forEach(call -> call.deadLetteredFromDisk(spoolLeft, reason));
            leaveSpool(1);
        }
    }

    /** Time is up: what is still in memory is lost. What the threads still report afterwards is ignored. */
    synchronized void abandon() {
        if (!abandoned) {
            abandoned = true;
            long lost = ring.pending();
            if (lost > 0) {
                String why = lastError == null ? "" : ", the database said: " + lastError;
                String reason = "closed before everything was written" + why;
                drop(DropReason.CLOSED, lost, reason);
                calls.forEach(call -> call.abandoned(reason));
            }
            ring.abandon();
            notifyAll();
        }
    }

    private void drop(DropReason cause, long events, String reason) {
        dropped.add(cause, events, () -> reason);
    }

    private void leave(List<Slot> events) {
        long bytes = 0;
        for (Slot event : events) {
            bytes += event.bytes;
            float[] vector = event.vector;
            if (vector != null && !event.lent) {
                pool.give(vector);
            }
            event.clear();
        }
        ring.leave(events.size(), bytes);
        if (flushing) {
            notifyAll();
        }
    }

    private void leaveSpool(long events) {
        spoolLeft += events;
        if (flushing) {
            notifyAll();
        }
    }

    synchronized void failed(String reason) {
        lastError = reason;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    boolean isFlushing() {
        return flushing;
    }

    boolean isSyncing() {
        return syncing;
    }

    synchronized LoggerStats stats(Circuit circuit) {
        SortedMap<String, Long> lost = dropped.snapshot();
        long entered = ring.tail();
        long turnedAway = lost.getOrDefault(DropReason.QUEUE_FULL.toString(), 0L)
                + lost.getOrDefault(DropReason.SPOOL_FULL.toString(), 0L);
        return new LoggerStats(
                entered + turnedAway,
                recovered,
                written,
                entered - ring.left(),
                spoolEntered - spoolLeft,
                deadLettered,
                lost,
                rejected.snapshot(),
                circuit,
                sampledOut.sum(),
                withheld.tally(WithholdReason.REDACTION_FAILED).count());
    }

    synchronized QueueLevel queueLevel() {
        return new QueueLevel(ring.bytes(), ring.capacity(), ring.maxBytes(), lastError != null);
    }

    /** Begins to count what becomes of all events that wait now. Must be ended. */
    synchronized Waiting begin(boolean diskWillDo) {
        long tail = ring.tail();
        Waiting call = new Waiting(tail, tail - ring.left(), spoolLeft, spoolEntered, diskWillDo);
        calls.add(call);
        noteCalls();
        return call;
    }

    synchronized void end(Waiting call) {
        calls.remove(call);
        noteCalls();
    }

    synchronized FlushResult result(Waiting call) {
        return call.result(lastError);
    }

    synchronized boolean isOver(Waiting call) {
        return call.isOver();
    }

    private void noteCalls() {
        flushing = !calls.isEmpty();
        syncing = calls.stream().anyMatch(Waiting::wantsDisk);
    }

    /** Waits until the call is over, the time is up, or the thread is interrupted, which it stays. */
    synchronized void await(Waiting call, long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            for (long left = nanos; left > 0 && !call.isOver() && !abandoned; left = deadline - System.nanoTime()) {
                // Rounded up, because waiting for 0 means for ever.
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
