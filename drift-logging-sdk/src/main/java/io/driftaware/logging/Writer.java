package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.WriteFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what waits, up to a batch, and keeps at it until it is settled:
 *
 * <ul>
 *   <li>committed: the events have left;
 *   <li>a row is refused: the batch is halved until that row stands alone, and only it is dropped;
 *   <li>an event id is there already, or a commit's outcome is unknown: sent again so that each event lands once;
 *   <li>anything else: the events stay, and it tries again after a pause, for ever or until time for closing is up.
 * </ul>
 */
final class Writer implements Runnable {
    /** Events from {@code from} to before {@code to}; some may be stored already. */
    private record Range(long from, long to, boolean mayBeThere) {
        long size() {
            return to - from;
        }

        Range known() {
            return new Range(from, to, true);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    /** How long few events wait for company, and how soon closing is noticed. */
    private static final long TICK = 100_000_000L;
    /** For a producer between claiming and publishing. */
    private static final long MOMENT = 100_000L;
    /** After the time for closing: to see that the connection is gone. */
    private static final long LAST_GASP = 500_000_000L;

    private final EventRing ring;
    private final Books books;
    private final CopyWriter<Slot> database;
    private final Preparation preparation;
    private final Reporter reporter;
    private final Backoff backoff;
    private final int batchSize;
    private final long idleNanos;
    private final Thread thread;
    private volatile boolean parked;

    /** What is left of the current batch, leftmost on top: events leave in order. */
    private final Deque<Range> work = new ArrayDeque<>();

    private long lastWrite;

    Writer(
            EventRing ring,
            Books books,
            CopyWriter<Slot> database,
            Preparation preparation,
            Reporter reporter,
            Backoff backoff,
            Settings settings) {
        this.ring = ring;
        this.books = books;
        this.database = database;
        this.preparation = preparation;
        this.reporter = reporter;
        this.backoff = backoff;
        this.batchSize = Math.min(settings.batchSize(), settings.queueCapacity());
        this.idleNanos = Settings.nanos(settings.idleTimeout());
        this.thread = new Thread(this, "drift-logger-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes no more events, and waits until all are settled or time is up; then the rest is dropped. */
    void close(long nanos) {
        ring.close();
        wake();
        boolean interrupted = join(nanos);
        if (thread.isAlive()) {
            books.abandon();
            database.abort();
            thread.interrupt();
            interrupted |= join(LAST_GASP);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the calling thread was interrupted while it waited. */
    private boolean join(long nanos) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, left);
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    /** Called by producers: one unpark for a full batch is cheap, one for each event would not be. */
    void published(long position) {
        if (parked && position - ring.head() + 1 >= batchSize) {
            wake();
        }
    }

    void wake() {
        parked = false;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!finished()) {
            try {
                if (work.isEmpty()) {
                    takeBatch();
                } else {
                    writeNext(work.element());
                }
            } catch (Throwable e) {
                survive(e);
            }
        }
        database.release();
        reporter.close();
    }

    private boolean finished() {
        return books.isAbandoned() || work.isEmpty() && ring.isDrained();
    }

    private void takeBatch() {
        long from = ring.head();
        long to = ring.publishedEnd(from, batchSize);
        if (to - from < batchSize) {
            boolean urgent = ring.isClosed() || books.isFlushing();
            if (!urgent || to == from) {
                park(urgent ? MOMENT : TICK);
                to = ring.publishedEnd(from, batchSize);
            }
        }
        reporter.report(false);
        if (to > from) {
            ring.view(from, to).forEach(preparation::prepare);
            work.push(new Range(from, to, false));
        } else if (System.nanoTime() - lastWrite > idleNanos) {
            database.release();
        }
    }

    private void writeNext(Range range) {
        try {
            database.write(ring.view(range.from, range.to), range.mayBeThere);
            work.remove();
            books.written(range.to);
            reporter.wrote();
            backoff.reset();
            lastWrite = System.nanoTime();
        } catch (WriteFailure failure) {
            switch (failure.kind()) {
                case OUTAGE -> retry(failure.outcomeUnknown() ? range.known() : range, reasonOf(failure));
                case DUPLICATE -> {
                    if (range.mayBeThere) {
                        isolate(range, failure);
                    } else {
                        replace(range.known());
                    }
                }
                case ROW -> isolate(range, failure);
            }
        }
    }

    private void isolate(Range range, WriteFailure failure) {
        work.remove();
        if (range.size() == 1) {
            books.poison(range.from, reasonOf(failure));
            return;
        }
        long middle = range.from + range.size() / 2;
        work.push(new Range(middle, range.to, range.mayBeThere));
        work.push(new Range(range.from, middle, range.mayBeThere));
    }

    private void replace(Range range) {
        work.remove();
        work.push(range);
    }

    private void retry(Range range, String reason) {
        replace(range);
        books.failed(reason);
        reporter.outage(reason);
        pause(backoff.nextNanos());
    }

    /** A fault of ours, or no memory: the thread must go on, and nobody knows how far the write had come. */
    private void survive(Throwable e) {
        LOG.debug("the writer failed", e);
        Range range = work.peek();
        if (range != null) {
            retry(range.known(), "the writer failed: " + e);
        } else {
            reporter.outage("the writer failed: " + e);
            pause(TICK);
        }
    }

    /** Waits, but keeps reporting, and does not wait long once the logger is closing. */
    private void pause(long nanos) {
        boolean closing = ring.isClosed();
        long end = System.nanoTime() + (closing ? Math.min(nanos, TICK) : nanos);
        for (long left = nanos; left > 0 && closing == ring.isClosed() && !books.isAbandoned(); ) {
            park(Math.min(left, TICK));
            reporter.report(false);
            left = end - System.nanoTime();
        }
    }

    private void park(long nanos) {
        // An interrupt, which close() may send, would turn every later park into a spin.
        Thread.interrupted();
        parked = true;
        LockSupport.parkNanos(this, nanos);
        parked = false;
    }

    private static String reasonOf(WriteFailure failure) {
        return String.valueOf(failure.getMessage());
    }
}
