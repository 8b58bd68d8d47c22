package io.driftaware.logging;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts by reason, each with one explanation that has not been reported yet. Counting never blocks. */
final class Tallies<E extends Enum<E>> {
    static final class Tally {
        private final AtomicLong count = new AtomicLong();
        private volatile @Nullable String explanation;

        long count() {
            return count.get();
        }

        /** The explanation of one event that was counted since the last call, empty where there is none. */
        String takeExplanation() {
            String taken = explanation;
            explanation = null;
            return taken == null ? "" : taken;
        }
    }

    private final Map<E, Tally> tallies;

    Tallies(Class<E> reasons) {
        tallies = new EnumMap<>(reasons);
        for (E reason : reasons.getEnumConstants()) {
            tallies.put(reason, new Tally());
        }
    }

    /**
     * Counts; the explanation is made only when the last one has been taken, so a flood costs little. It is there before the
     * count, so that whoever sees the first event also sees why.
     */
    void add(E reason, long count, Supplier<String> explanation) {
        Tally tally = tally(reason);
        if (tally.explanation == null) {
            tally.explanation = explanation.get();
        }
        tally.count.addAndGet(count);
    }

    Tally tally(E reason) {
        Tally tally = tallies.get(reason);
        if (tally == null) {
            throw new IllegalStateException("no tally for " + reason);
        }
        return tally;
    }

    Map<E, Tally> all() {
        return tallies;
    }

    /** The counts that are not zero, each read once. */
    SortedMap<String, Long> snapshot() {
        SortedMap<String, Long> counts = new TreeMap<>();
        tallies.forEach((reason, tally) -> {
            long count = tally.count();
            if (count > 0) {
                counts.put(reason.toString(), count);
            }
        });
        return Collections.unmodifiableSortedMap(counts);
    }
}
