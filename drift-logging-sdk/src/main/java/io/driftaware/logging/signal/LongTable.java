package io.driftaware.logging.signal;

import java.util.Map;

/** An immutable map from hashes to longs, without boxing: open addressing, at most half full. */
final class LongTable {
    private final long[] keys;
    private final long[] values;
    private final int mask;

    /** @throws IllegalArgumentException if a key or value is 0, which stands for "none" */
    LongTable(Map<Long, Long> entries) {
        int size = Integer.highestOneBit(Math.max(4, entries.size())) << 2;
        keys = new long[size];
        values = new long[size];
        mask = size - 1;
        entries.forEach((key, value) -> {
            if (key == 0 || value == 0) {
                throw new IllegalArgumentException("no entry may be 0: " + key + "=" + value);
            }
            int slot = slot(key);
            keys[slot] = key;
            values[slot] = value;
        });
    }

    /** {@return the value, or 0} */
    long get(long key) {
        return values[slot(key)];
    }

    private int slot(long key) {
        int slot = (int) WordHash.mixed(key) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
