package io.driftaware.runner.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Profiles that the last check has read and decoded, with the version that each was of. Whatever a check does not use is
 * forgotten at the next one. Not safe for use by several threads at once.
 */
final class ProfileCache<P> {
    private Map<Stretch, Versioned<P>> previous = new HashMap<>();
    private Map<Stretch, Versioned<P>> current = new HashMap<>();

    /** The stored buckets of one segment from one second to before another. */
    record Stretch(String owner, String space, String segment, long from, long to) {}

    /**
     * Tells two states of the same buckets apart: every change of a bucket has its transaction's time.
     *
     * @param buckets how many there are
     * @param rows that they hold
     * @param changed when the last of them was written, in microseconds
     */
    record Version(long buckets, long rows, long changed) {}

    private record Versioned<P>(Version version, Optional<P> profile) {}

    void nextCheck() {
        previous = current;
        current = new HashMap<>();
    }

    /** Null unless it is known; empty if there is known to be none. */
    @Nullable
    Optional<P> get(Stretch stretch, Version version) {
        Versioned<P> known = current.get(stretch);
        if (known == null) {
            known = previous.get(stretch);
        }
        if (known == null || !known.version().equals(version)) {
            return null;
        }
        current.put(stretch, known);
        return known.profile();
    }

    void put(Stretch stretch, Version version, Optional<P> profile) {
        current.put(stretch, new Versioned<>(version, profile));
    }
}
