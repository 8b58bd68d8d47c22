package io.driftaware.logging;

import io.driftaware.logging.postgres.RowFormat;
import io.driftaware.logging.postgres.WriteFailure;
import io.driftaware.logging.spool.Frames;
import io.driftaware.logging.spool.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The one thread that moves events from the queue to disk: every event where the policy is DURABLE; else when the queue is half
 * full, the database is down, or somebody asks for it. It forces each group to the device before it counts as spooled. When
 * the disk takes no more it gives the events back, so that the writer can have them, and says so; events of a lower rank then
 * give their place in memory to others.
 *
 * <p>Guards: the volatile fields are written by this thread, except {@code spilling} and {@code stopped}, which the closing one
 * sets; all other fields belong to this thread.
 */
final class Spooler implements Runnable {
    /** How long events of a trickle wait to be forced together. */
    static final long GROUP = 50_000_000L;

    private static final long TICK = 100_000_000L;
    /** Between attempts on a disk that takes nothing. */
    private static final long TROUBLE = 250_000_000L;
    /** How long an attempt that failed keeps events from the disk when there is nothing to try it with. */
    private static final long FORGOTTEN = 1_000_000_000L;
    /** Frames that are written in one piece. */
    private static final int CHUNK = 2 << 20;

    private static final int HALF_FULL = 50;
    /** How full the queue is when events give their place to others, and when more important ones do. */
    private static final int NO_ROOM_FOR_INTERACTIONS = 95;

    private static final int HARDLY_ROOM_FOR_FEEDBACK = 98;

    private final EventRing ring;
    private final Intake intake;
    private final Spool spool;
    private final RowFormat<Slot> format;
    private final Books books;
    private final Reporter reporter;
    private final CircuitBreaker breaker;
    private final OverflowPolicy.Kind policy;
    private final Runnable published;
    private final Thread thread = new Thread(this, "drift-logger-spooler");
    private final Taken batch;
    private final Frames frames = new Frames();
    private final List<Slot> chunk = new ArrayList<>();
    private final List<Slot> left = new ArrayList<>();
    private long lastTrouble;
    private long lastForce = System.nanoTime() - GROUP;
    private volatile boolean parked;
    private volatile boolean full;
    private volatile boolean failing;
    private volatile boolean spilling;
    private volatile boolean stopped;

    Spooler(
            EventRing ring,
            Intake intake,
            Spool spool,
            RowFormat<Slot> format,
            Books books,
            Reporter reporter,
            CircuitBreaker breaker,
            Settings settings,
            Runnable published) {
        this.ring = ring;
        this.intake = intake;
        this.spool = spool;
        this.format = format;
        this.books = books;
        this.reporter = reporter;
        this.breaker = breaker;
        this.policy = settings.delivery().policy().kind();
        this.published = published;
        this.batch = new Taken(Math.min(settings.batchSize(), settings.queueCapacity()));
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether events stay in memory for now because the disk takes no more, or none of some rank. */
    boolean isFull() {
        return full;
    }

    /** The same until the disk has been seen to work again. */
    boolean isFailing() {
        return failing;
    }

    /** Whether what the database does not take now goes to disk. */
    boolean takesOutages() {
        return !full
                && switch (policy) {
                    case OVERFLOW, DURABLE -> true;
                    case DROP_NEWEST, BLOCK -> spilling || books.isSyncing();
                };
    }

    /** Called by producers: an unpark where there is much to do, at most one until it is noticed. */
    void published() {
        if (parked && ring.isFuller(HALF_FULL)) {
            wake();
        }
    }

    void wake() {
        parked = false;
        LockSupport.unpark(thread);
    }

    /**
     * The queue is closed: moves all that is in memory to disk, and waits for that. Returns whether the caller was interrupted
     * meanwhile.
     */
    boolean finish(long nanos) {
        spilling = true;
        wake();
        return Threads.join(thread, nanos);
    }

    /** Ends the thread, and waits for it as long as {@code nanos}. Returns whether the caller was interrupted meanwhile. */
    boolean stop(long nanos) {
        stopped = true;
        wake();
        return Threads.join(thread, nanos);
    }

    @Override
    public void run() {
        while (!stopped && !(spilling && ring.isDrained())) {
            try {
                if (!isWanted()) {
                    park(policy == OverflowPolicy.Kind.DURABLE ? GROUP : TICK);
                } else if (!isUrgent() && System.nanoTime() - lastForce < GROUP) {
                    park(GROUP - (System.nanoTime() - lastForce));
                } else if (!spoolOnce()) {
                    park(full ? TROUBLE : isUrgent() ? GROUP / 50 : GROUP);
                }
            } catch (Throwable e) {
                trouble("the spooler failed: " + e);
                park(TROUBLE);
            }
        }
    }

    private boolean isWanted() {
        return switch (policy) {
            case DURABLE -> true;
            case OVERFLOW -> isUrgent() || breaker.isFailing();
            case DROP_NEWEST, BLOCK -> spilling || books.isSyncing();
        };
    }

    private boolean isUrgent() {
        return spilling || books.isSyncing() || ring.isFuller(HALF_FULL);
    }

    /** Moves what waits, up to a batch; returns whether it could move any. */
    private boolean spoolOnce() {
        left.clear();
        int spooled = 0;
        try {
            int taken = intake.take(batch);
            for (int i = 0; i < taken; i++) {
                add(batch.get(i));
                if (frames.size() >= CHUNK) {
                    spooled += commit();
                }
            }
            spooled += commit();
            if (!left.isEmpty()) {
                trouble("the spool in " + spool.folder() + " is full with " + spool.bytes() + " of " + spool.maxBytes()
                        + " bytes: see why the database is away, or raise spoolBytes");
            } else if (spooled > 0) {
                full = false;
                failing = false;
                reporter.spooled();
            } else if (System.nanoTime() - lastTrouble > FORGOTTEN) {
                // The writer has it all; with the next event it is seen whether the disk works again.
                full = false;
            }
        } catch (IOException | RuntimeException | Error e) {
            left.clear();
            left.addAll(batch.view(0, batch.size()));
            left.removeIf(slot -> slot.payload == null);
            trouble("the spool in " + spool.folder() + " can't be written: " + e);
        } finally {
            chunk.clear();
            frames.clear();
        }
        if (!left.isEmpty()) {
            intake.giveBack(left);
            makeRoom();
        }
        return spooled > 0;
    }

    private void add(Slot event) {
        frames.begin();
        frames.put(event.mayBeThere ? SpoolLoad.IN_DOUBT : SpoolLoad.CERTAIN);
        try {
            format.write(event, frames::put);
        } catch (WriteFailure e) {
            frames.undo();
            books.poison(event, String.valueOf(e.getMessage()));
            return;
        }
        frames.end();
        if (spool.hasRoom(frames.size(), event.rank().reservedPercent())) {
            chunk.add(event);
        } else {
            frames.undoEnded();
            left.add(event);
        }
    }

    private int commit() throws IOException {
        int events = chunk.size();
        if (events > 0) {
            spool.append(frames);
            lastForce = System.nanoTime();
            books.spooled(chunk);
            spool.publish();
            published.run();
        }
        chunk.clear();
        frames.clear();
        return events;
    }

    private void trouble(String reason) {
        full = true;
        failing = true;
        lastTrouble = System.nanoTime();
        reporter.spoolTrouble(reason);
    }

    /** What was given back is older than what comes: without this, embeddings would keep feedback out. */
    private void makeRoom() {
        if (breaker.isFailing() && ring.isFuller(NO_ROOM_FOR_INTERACTIONS)) {
            books.shed(
                    intake.giveUp(Rank.EMBEDDING), "neither memory nor disk had room, and other events needed it more");
        }
        if (breaker.isFailing() && ring.isFuller(HARDLY_ROOM_FOR_FEEDBACK)) {
            books.shed(
                    intake.giveUp(Rank.INTERACTION), "neither memory nor disk had room, and feedback needed it more");
        }
    }

    private void park(long nanos) {
        parked = true;
        LockSupport.parkNanos(this, nanos);
        parked = false;
    }
}
