package io.driftaware.logging;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The queue: a ring of slots between any number of producers and whoever takes events out, bounded in events and in bytes.
 * Producers never wait: they claim the next position with one compare-and-set, fill its slot, and publish it. (After Vyukov's
 * bounded queue.)
 *
 * <p>Positions only grow: {@code tail} is how many events ever entered, {@code head} how many were taken out, in order, and
 * {@code left} how many are settled, in any order. What is taken and not settled still counts against the bounds.
 *
 * <p>Guards: {@code tail} and {@code bytes} are atomic; {@code head} is written under the {@link Intake}'s lock, {@code left}
 * under the {@link Books}'. A slot can be claimed again once {@code left} has passed its last position: then at least one event
 * from there or later is settled, so that one was taken, and this one, taken before it, was cleared.
 */
final class EventRing {
    /** Claim results that are not positions. */
    static final long FULL = -1;

    static final long CLOSED = -2;

    private static final long CLOSED_BIT = Long.MIN_VALUE;

    private final Slot[] slots;
    private final int mask;
    private final int capacity;
    private final long maxBytes;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long head;
    private volatile long left;

    EventRing(int capacity, long maxBytes) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        mask = size - 1;
        slots = new Slot[size];
        for (int i = 0; i < size; i++) {
            slots[i] = new Slot();
        }
    }

    /** Whether an event of that size would find room now; for turning it away before work is done for it. */
    boolean hasRoom(long size, Rank rank) {
        long taken = bytes.get();
        return pending() < rank.of(capacity) && (taken == 0 || taken + size <= rank.of(maxBytes));
    }

    /**
     * Returns the position to fill, or FULL, or CLOSED. A position that was returned must be published, whatever happens. An
     * empty queue takes any event that is not larger than all of it.
     */
    long claim(long size, Rank rank) {
        long taken = bytes.addAndGet(size);
        if (taken > rank.of(maxBytes) && taken > size) {
            bytes.addAndGet(-size);
            return isClosed() ? CLOSED : FULL;
        }
        long room = rank.of(capacity);
        while (true) {
            long position = tail.get();
            if (position < 0 || position - left >= room) {
                bytes.addAndGet(-size);
                return position < 0 ? CLOSED : FULL;
            }
            if (tail.compareAndSet(position, position + 1)) {
                return position;
            }
        }
    }

    Slot slot(long position) {
        return slots[(int) position & mask];
    }

    void publish(long position) {
        slot(position).published = position + 1;
    }

    /** How many published events can be taken now, counted up to {@code max}. */
    int ready(int max) {
        long from = head;
        int ready = 0;
        while (ready < max && slot(from + ready).published == from + ready + 1) {
            ready++;
        }
        return ready;
    }

    /** Moves the next event, which is ready, out of the queue. Only under the Intake's lock. */
    void take(Slot into) {
        long position = head;
        Slot slot = slot(position);
        slot.copyTo(into);
        slot.clear();
        head = position + 1;
    }

    /** So many events that were taken are settled. Only under the lock of the books. */
    void leave(long events, long size) {
        bytes.addAndGet(-size);
        long before = left;
        left = before + events;
    }

    /** Counts all events as settled, without touching slots that another thread may be reading. */
    void abandon() {
        left = tail();
    }

    /** No claim succeeds after this. */
    void close() {
        tail.getAndUpdate(t -> t | CLOSED_BIT);
    }

    boolean isClosed() {
        return tail.get() < 0;
    }

    boolean isDrained() {
        return isClosed() && left == tail();
    }

    /** Whether at least so many of a hundred parts of its events or bytes are taken. */
    boolean isFuller(int percent) {
        return pending() * 100 >= (long) capacity * percent || bytes.get() >= maxBytes / 100 * percent;
    }

    /** How many events entered and are not settled. */
    long pending() {
        return Math.max(0, tail() - left);
    }

    long head() {
        return head;
    }

    long left() {
        return left;
    }

    long tail() {
        return tail.get() & ~CLOSED_BIT;
    }

    int capacity() {
        return capacity;
    }

    long maxBytes() {
        return maxBytes;
    }

    long bytes() {
        return bytes.get();
    }
}
