package io.driftaware.logging;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Where events enter the queue: finds them a place, as the policy says, or counts that there was none. Runs on the
 * application's threads, and has no state of its own.
 */
final class Gate {
    private static final long LONGEST_LOOK = 1_000_000L;

    private final EventRing ring;
    private final Books books;
    private final long blockNanos;
    private final BooleanSupplier spoolIsFailing;

    Gate(EventRing ring, Books books, OverflowPolicy policy, BooleanSupplier spoolIsFailing) {
        this.ring = ring;
        this.books = books;
        this.blockNanos = policy.kind() == OverflowPolicy.Kind.BLOCK ? policy.limitNanos() : 0;
        this.spoolIsFailing = spoolIsFailing;
    }

    /** Whether to go on with an embedding of that size; true as well where it may wait for room. */
    boolean mayHaveRoom(long size) {
        return blockNanos > 0 || ring.hasRoom(size, Rank.EMBEDDING);
    }

    /** Returns the position to fill, or that there is none, after having waited for one if the policy is to. */
    long claim(long size, Object payload) {
        Rank rank = Rank.of(payload);
        long position = ring.claim(size, rank);
        return position == EventRing.FULL && blockNanos > 0 ? await(size, rank) : position;
    }

    private long await(long size, Rank rank) {
        long deadline = System.nanoTime() + blockNanos;
        long position = EventRing.FULL;
        long look = LONGEST_LOOK / 16;
        for (long left = blockNanos; position == EventRing.FULL && left > 0; left = deadline - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return position;
            }
            LockSupport.parkNanos(this, Math.min(look, left));
            look = Math.min(LONGEST_LOOK, 2 * look);
            position = ring.claim(size, rank);
        }
        return position;
    }

    /** Counts an event that found no place. */
    void dropNewest() {
        if (spoolIsFailing.getAsBoolean()) {
            books.dropped()
                    .add(
                            DropReason.SPOOL_FULL,
                            1,
                            () -> full()
                                    + ", and the spool takes no more: free or allow it more disk, and see why the database is away");
        } else {
            books.dropped()
                    .add(
                            DropReason.QUEUE_FULL,
                            1,
                            () -> full()
                                    + ": the database is away or too slow; raise queueCapacity and queueBytes to bridge it, or give a"
                                    + " spoolDirectory");
        }
    }

    private String full() {
        return "the queue is full with " + ring.pending() + " events, " + ring.bytes() + " bytes";
    }
}
