package io.driftaware.core.profile;

import java.util.OptionalDouble;

/**
 * How often a flag was set, not set, and unknown (SQL NULL). Unknown is no part of the rate.
 *
 * @param flagged interactions with the flag set
 * @param unflagged interactions with the flag known and not set
 * @param unknown interactions of which nobody said
 */
public record FlagCounts(long flagged, long unflagged, long unknown) {

    static final FlagCounts NONE = new FlagCounts(0, 0, 0);

    /** Refuses negative counts. */
    public FlagCounts {
        if (flagged < 0 || unflagged < 0 || unknown < 0) {
            throw new IllegalArgumentException("counts must not be negative, got flagged " + flagged + ", unflagged "
                    + unflagged + ", unknown " + unknown);
        }
    }

    /** Interactions with a known flag: the denominator of the rate. */
    public long known() {
        return Math.addExact(flagged, unflagged);
    }

    /** All interactions. */
    public long total() {
        return Math.addExact(known(), unknown);
    }

    /** Flagged over known, 0 to 1; empty where nothing is known. */
    public OptionalDouble rate() {
        return known() == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) flagged / known());
    }

    FlagCounts merge(FlagCounts other) {
        return new FlagCounts(
                Math.addExact(flagged, other.flagged),
                Math.addExact(unflagged, other.unflagged),
                Math.addExact(unknown, other.unknown));
    }
}
