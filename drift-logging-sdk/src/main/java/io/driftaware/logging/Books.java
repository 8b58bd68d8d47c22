package io.driftaware.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for every event. Nothing is counted twice or estimated: what entered is the ring's tail, what left is its head,
 * and an event leaves under this object's lock together with the count of what became of it. So a snapshot taken under the
 * lock balances exactly, and {@code log} never needs the lock.
 */
final class Books {
    /** One call of flush: the positions that it waits for, how many of them were dropped, and why the last one was. */
    private static final class Waiting {
        final long from;
        final long to;
        long dropped;

        @Nullable
        String lastReason;

        Waiting(long from, long to) {
            this.from = from;
            this.to = to;
        }
    }

    private final EventRing ring;
    private final VectorPool pool;
    private final Tallies<RejectReason> rejected = new Tallies<>(RejectReason.class);
    private final Tallies<DropReason> dropped = new Tallies<>(DropReason.class);
    private final Tallies<WithholdReason> withheld = new Tallies<>(WithholdReason.class);
    private final LongAdder sampledOut = new LongAdder();
    private final List<Waiting> flushes = new ArrayList<>();
    private volatile boolean flushing;
    private volatile boolean abandoned;
    private long written;
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

    /** The writer has committed everything before {@code to}. */
    synchronized void written(long to) {
        if (!abandoned) {
            written += to - ring.head();
            lastError = null;
            leave(to);
        }
    }

    /** The writer gives up the event at {@code position}, the next to leave. */
    synchronized void poison(long position, String reason) {
        if (!abandoned) {
            drop(position, position + 1, DropReason.POISON, reason);
            leave(position + 1);
        }
    }

    /** Time is up: everything that has not left is lost. What the writer still reports afterwards is ignored. */
    synchronized void abandon() {
        if (!abandoned) {
            abandoned = true;
            long lost = ring.tail() - ring.head();
            if (lost > 0) {
                String why = lastError == null ? "" : ", the database said: " + lastError;
                drop(ring.head(), ring.tail(), DropReason.CLOSED, "closed before everything was written" + why);
            }
            ring.abandon();
            notifyAll();
        }
    }

    private void drop(long from, long to, DropReason reason, String explanation) {
        dropped.add(reason, to - from, () -> explanation);
        for (Waiting flush : flushes) {
            long its = Math.min(to, flush.to) - from;
            if (its > 0) {
                flush.dropped += its;
                flush.lastReason = explanation;
            }
        }
    }

    private void leave(long to) {
        ring.release(to, pool);
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

    synchronized LoggerStats stats() {
        SortedMap<String, Long> lost = dropped.snapshot();
        long entered = ring.tail();
        long turnedAway = lost.getOrDefault(DropReason.QUEUE_FULL.toString(), 0L);
        return new LoggerStats(
                entered + turnedAway,
                written,
                entered - ring.head(),
                lost,
                rejected.snapshot(),
                sampledOut.sum(),
                withheld.tally(WithholdReason.REDACTION_FAILED).count());
    }

    synchronized QueueLevel queueLevel() {
        return new QueueLevel(ring.bytes(), ring.capacity(), ring.maxBytes(), lastError != null);
    }

    FlushResult flush(long timeoutNanos, Runnable wakeWriter) {
        Waiting flush;
        synchronized (this) {
            flush = new Waiting(ring.head(), ring.tail());
            flushes.add(flush);
            flushing = true;
        }
        wakeWriter.run();
        synchronized (this) {
            try {
                await(flush, System.nanoTime() + timeoutNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                flushes.remove(flush);
                flushing = !flushes.isEmpty();
            }
            long left = Math.min(ring.head(), flush.to);
            long pending = flush.to - left;
            String reason = flush.lastReason == null && pending > 0 ? lastError : flush.lastReason;
            return new FlushResult(
                    pending == 0 && flush.dropped == 0,
                    left - flush.from - flush.dropped,
                    flush.dropped,
                    pending,
                    Optional.ofNullable(reason));
        }
    }

    private synchronized void await(Waiting flush, long deadline) throws InterruptedException {
        while (ring.head() < flush.to) {
            long remaining = deadline - System.nanoTime();
            if (remaining <= 0) {
                return;
            }
            // Rounded up, because waiting for 0 means for ever.
            wait(TimeUnit.NANOSECONDS.toMillis(remaining) + 1);
        }
    }
}
