package io.driftaware.logging;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Events that were taken out of the queue together, in slots that are used again. Belongs to the thread that took them. */
final class Taken {
    private final Slot[] slots;
    private int size;

    Taken(int capacity) {
        slots = new Slot[capacity];
        for (int i = 0; i < capacity; i++) {
            slots[i] = new Slot();
        }
    }

    void reset() {
        size = 0;
    }

    boolean isFull() {
        return size == slots.length;
    }

    int size() {
        return size;
    }

    int capacity() {
        return slots.length;
    }

    /** The slot behind the last event; it counts when {@link #added()} is called. */
    Slot next() {
        return slots[size];
    }

    void added() {
        size++;
    }

    Slot get(int index) {
        return slots[index];
    }

    /** The events from {@code from} to before {@code to}, as a list that makes no copies. */
    List<Slot> view(int from, int to) {
        return new View(from, to - from);
    }

    private final class View extends AbstractList<Slot> implements RandomAccess {
        private final int from;
        private final int length;

        View(int from, int length) {
            this.from = from;
            this.length = length;
        }

        @Override
        public Slot get(int index) {
            return slots[from + index];
        }

        @Override
        public int size() {
            return length;
        }
    }
}
