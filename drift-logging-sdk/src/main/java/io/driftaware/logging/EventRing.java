package io.driftaware.logging;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The queue: a ring of slots between any number of producers and one writer, bounded in events and in bytes. Producers never
 * wait: they claim the next position with one compare-and-set, fill its slot, and publish it. Events leave in order, and only
 * once they are settled, so what is being written still counts against the bounds. (After Vyukov's bounded queue.)
 *
 * <p>Positions only grow: {@code tail} is how many events ever entered, {@code head} how many ever left.
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
    boolean hasRoom(long size) {
        return tail() - head < capacity && bytes.get() + size <= maxBytes;
    }

    /** Returns the position to fill, or FULL, or CLOSED. A position that was returned must be published, whatever happens. */
    long claim(long size) {
        if (bytes.addAndGet(size) > maxBytes) {
            bytes.addAndGet(-size);
            return isClosed() ? CLOSED : FULL;
        }
        while (true) {
            long position = tail.get();
            if (position < 0 || position - head >= capacity) {
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

    /** Where the unbroken run of published events ends that starts at {@code from}, at most {@code max} further on. */
    long publishedEnd(long from, int max) {
        long end = from;
        while (end - from < max && slot(end).published == end + 1) {
            end++;
        }
        return end;
    }

    /** The slots from {@code from} to before {@code to}, as a list that makes no copies. */
    List<Slot> view(long from, long to) {
        return new View(from, to);
    }

    private final class View extends AbstractList<Slot> implements RandomAccess {
        private final long from;
        private final int size;

        View(long from, long to) {
            this.from = from;
            this.size = Math.toIntExact(to - from);
        }

        @Override
        public Slot get(int index) {
            return slot(from + index);
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** Clears the slots before {@code to} and lets producers have them. Only one thread may do this at a time. */
    void release(long to, VectorPool pool) {
        long freed = 0;
        for (long position = head; position < to; position++) {
            Slot slot = slot(position);
            freed += slot.bytes;
            float[] vector = slot.vector;
            if (vector != null) {
                pool.give(vector);
            }
            slot.clear();
        }
        bytes.addAndGet(-freed);
        head = to;
    }

    /** Counts all remaining events as having left, without touching slots that another thread may be reading. */
    void abandon() {
        head = tail();
    }

    /** No claim succeeds after this. */
    void close() {
        tail.getAndUpdate(t -> t | CLOSED_BIT);
    }

    boolean isClosed() {
        return tail.get() < 0;
    }

    boolean isDrained() {
        return isClosed() && head == tail();
    }

    long head() {
        return head;
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
