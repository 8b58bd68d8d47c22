package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.LogTable;
import io.driftaware.logging.postgres.WriteFailure;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes to the database. It takes events from the queue and from the spool in turn, up to a batch, and
 * keeps at it until it is settled:
 *
 * <ul>
 *   <li>committed: the events have left;
 *   <li>a row is refused: the batch is halved until that row stands alone, and only it is given up;
 *   <li>an event id is there already, or a commit's outcome is unknown: sent again so that each event lands once;
 *   <li>anything else: events of the queue go back for the spooler, where there is one that can take them; those that stay are
 *       tried again after a pause, for ever or until time for closing is up.
 * </ul>
 *
 * <p>Guards: {@code parked}, which says that it waits for events, {@code load} and {@code ending} are volatile, the second for the closing thread that hands its
 * events over; all other fields belong to this thread.
 */
final class Writer implements Runnable {
    /** Events of the load from {@code from} to before {@code to}; some may be stored already. */
    private record Range(int from, int to, boolean mayBeThere) {
        int size() {
            return to - from;
        }

        Range known() {
            return new Range(from, to, true);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(DriftLogger.class);
    /** How long few events wait for company, and how soon closing is noticed. */
    private static final long TICK = 100_000_000L;
    /** While nothing can be written, and arrays for vectors are used up: what the queue keeps does not come back. */
    private static final long SOON = 5_000_000L;
    /** For a producer between claiming and publishing. */
    private static final long MOMENT = 100_000L;
    /** After the time for closing: to see that the connection is gone. */
    private static final long LAST_GASP = 500_000_000L;

    private final EventRing ring;
    private final Intake intake;
    private final Books books;
    private final VectorPool pool;
    private final CopyWriter database;
    private final List<LogTable<Slot>> tables;
    private final DeadLetterBox deadLetters;
    private final @Nullable SpoolSource spool;
    private final @Nullable Spooler spooler;
    private final boolean diskFirst;
    private final Reporter reporter;
    private final CircuitBreaker breaker;
    private final Taken batch;
    private final int batchSize;
    private final long idleNanos;
    private final Thread thread;
    private volatile boolean parked;
    private volatile @Nullable Load load;
    private volatile boolean ending;

    /** What is left of the load, leftmost on top: events are settled in order. */
    private final Deque<Range> work = new ArrayDeque<>();

    private boolean spoolsTurn = true;
    private long lastWrite;

    Writer(
            EventRing ring,
            Intake intake,
            Books books,
            VectorPool pool,
            CopyWriter database,
            List<LogTable<Slot>> tables,
            DeadLetterBox deadLetters,
            @Nullable SpoolSource spool,
            @Nullable Spooler spooler,
            Reporter reporter,
            CircuitBreaker breaker,
            Settings settings) {
        this.ring = ring;
        this.intake = intake;
        this.books = books;
        this.pool = pool;
        this.database = database;
        this.tables = tables;
        this.deadLetters = deadLetters;
        this.spool = spool;
        this.spooler = spooler;
        this.diskFirst = spooler != null && settings.delivery().policy().kind() == OverflowPolicy.Kind.DURABLE;
        this.reporter = reporter;
        this.breaker = breaker;
        this.batchSize = Math.min(settings.batchSize(), settings.queueCapacity());
        this.batch = new Taken(batchSize);
        this.idleNanos = Settings.nanos(settings.idleTimeout());
        this.thread = new Thread(this, "drift-logger-writer");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** The queue is closed: waits until all is settled or time is up. Returns whether the caller was interrupted meanwhile. */
    boolean finish(long nanos) {
        wake();
        return Threads.join(thread, nanos);
    }

    /** Time is up: gives what the thread holds to the spooler, whatever the thread is doing, and makes it end. */
    void handOver() {
        ending = true;
        lend();
    }

    /** Gives what the thread holds to the spooler; what becomes of an attempt that is under way does not count any more. */
    void lend() {
        if (load instanceof QueueLoad events) {
            events.handOver(intake);
        }
    }

    /** Cuts its connection and waits a moment for its end. Returns whether the caller was interrupted meanwhile. */
    boolean end() {
        ending = true;
        if (!thread.isAlive()) {
            return false;
        }
        database.abort();
        thread.interrupt();
        return Threads.join(thread, LAST_GASP);
    }

    /** Called by producers: one unpark for a full batch is cheap, one for each event would not be. Only for a writer without work. */
    void published(long position) {
        if (parked && position - ring.head() + 1 >= batchSize) {
            wake();
        }
    }

    /** Called by the spooler when there is more to read. */
    void wakeIfParked() {
        if (parked) {
            wake();
        }
    }

    void wake() {
        parked = false;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!isFinished()) {
            try {
                if (load instanceof QueueLoad events && events.isHandedOver()) {
                    work.clear();
                }
                if (work.isEmpty()) {
                    takeLoad();
                } else {
                    writeNext(work.element());
                }
            } catch (Throwable e) {
                survive(e);
            }
        }
        handOver();
        database.release();
        deadLetters.rest();
    }

    private boolean isFinished() {
        return ending
                || books.isAbandoned()
                || work.isEmpty() && ring.isDrained() && (spool == null || spool.isEmpty());
    }

    private void takeLoad() throws IOException {
        boolean onDisk = spool != null && spool.hasMore();
        if (!onDisk && waitsInMemory() < batchSize) {
            boolean urgent = ring.isClosed() || books.isFlushing();
            if (!urgent || waitsInMemory() == 0) {
                awaitEvents(urgent ? MOMENT : TICK);
            }
        }
        reporter.report(false);
        Load next = spoolsTurn ? fromSpool() : fromQueue();
        if (next == null) {
            next = spoolsTurn ? fromQueue() : fromSpool();
        }
        spoolsTurn = !(next instanceof SpoolLoad);
        if (next != null) {
            load = next;
            work.push(new Range(0, next.size(), next.mayBeThere()));
        } else {
            idle();
        }
    }

    private int waitsInMemory() {
        return mayTakeFromQueue() ? intake.ready(batchSize) : 0;
    }

    /** Where all go to disk first, memory is for the spooler, unless the disk takes no more. */
    private boolean mayTakeFromQueue() {
        return !diskFirst || spooler == null || spooler.isFull();
    }

    private @Nullable Load fromQueue() {
        if (!mayTakeFromQueue()) {
            return null;
        }
        QueueLoad next = new QueueLoad(batch, tables, books, deadLetters);
        // Before it is filled, so that it is found whatever happens from here on.
        load = next;
        return next.fill(intake) > 0 ? next : null;
    }

    private @Nullable Load fromSpool() throws IOException {
        return spool == null ? null : spool.next();
    }

    private void idle() throws IOException {
        deadLetters.rest();
        if (spool != null && ring.pending() == 0) {
            spool.idle();
        }
        if (System.nanoTime() - lastWrite > idleNanos) {
            database.release();
        }
    }

    private void writeNext(Range range) {
        Load current = current();
        try {
            breaker.trying();
            current.write(database, range.from, range.to, range.mayBeThere);
            work.remove();
            current.written(range.to);
            reporter.wrote();
            breaker.succeeded();
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

    private Load current() {
        Load current = load;
        if (current == null) {
            throw new IllegalStateException("work without a load");
        }
        return current;
    }

    private void isolate(Range range, WriteFailure failure) {
        work.remove();
        if (range.size() == 1) {
            current().refused(reasonOf(failure));
            return;
        }
        int middle = range.from + range.size() / 2;
        work.push(new Range(middle, range.to, range.mayBeThere));
        work.push(new Range(range.from, middle, range.mayBeThere));
    }

    private void replace(Range range) {
        work.remove();
        work.push(range);
    }

    private void retry(Range range, String reason) {
        replace(range);
        long pause = breaker.failed();
        books.failed(reason);
        reporter.outage(reason);
        toDisk();
        if (ring.isClosed() && breaker.state() == Circuit.OPEN && spooler != null && !spooler.isFull()) {
            ending = true;
        }
        pause(pause);
    }

    /** The database is away, the disk is not: there the events survive us, and make room for others. */
    private void toDisk() {
        Spooler taker = spooler;
        if (taker != null && taker.takesOutages() && !work.isEmpty() && load instanceof QueueLoad events) {
            work.clear();
            events.handOver(intake);
            taker.wake();
        }
    }

    /** A fault of ours, or no memory: the thread must go on, and nobody knows how far the write had come. */
    private void survive(Throwable e) {
        LOG.debug("the writer failed", e);
        Range range = work.peek();
        if (range != null) {
            retry(range.known(), "the writer failed: " + e);
        } else {
            lend();
            reporter.outage("the writer failed: " + e);
            pause(TICK);
        }
    }

    /**
     * Waits, but keeps reporting, and does not wait long once the logger is closing. New events do not end it: a producer
     * that woke this thread would pay for it with its own time, again and again.
     */
    private void pause(long nanos) {
        boolean closing = ring.isClosed();
        long end = System.nanoTime() + (closing ? Math.min(nanos, TICK) : nanos);
        for (long left = nanos; left > 0 && closing == ring.isClosed() && !ending && !books.isAbandoned(); ) {
            park(Math.min(left, pool.makeSpare() ? SOON : TICK));
            reporter.report(false);
            toDisk();
            left = end - System.nanoTime();
        }
    }

    /** Waits until {@link #published} or the spooler finds that there is enough to do. */
    private void awaitEvents(long nanos) {
        pool.makeSpare();
        parked = true;
        park(nanos);
    }

    private void park(long nanos) {
        // An interrupt, which close() may send, would turn every later park into a spin.
        Thread.interrupted();
        LockSupport.parkNanos(this, nanos);
        parked = false;
    }

    private static String reasonOf(WriteFailure failure) {
        return String.valueOf(failure.getMessage());
    }
}
