package io.driftaware.core.policy;

import io.driftaware.core.detect.Finding;
import java.util.Collection;

/** What is said of a stream, or of all of them, at one check. */
public enum Verdict {
    /** Enough data, and nothing beyond its limit. */
    OK,
    /** Signs of drift that do not suffice for DRIFT. */
    WARN,
    /** Beyond the limit. */
    DRIFT,
    /** Too little data to tell. */
    INSUFFICIENT,
    /** A baseline is still being collected. */
    LEARNING,
    /** No new rows for so long that the stream seems to be cut off. */
    STALE;

    /** Whether the verdict rests on a comparison, and so can open or close an episode. */
    public boolean isComparison() {
        return this == OK || this == WARN || this == DRIFT;
    }

    /** The verdict of one finding by its threshold alone. */
    public static Verdict of(Finding finding) {
        if (finding instanceof Finding.Compared compared) {
            return compared.exceeded() ? DRIFT : OK;
        }
        return INSUFFICIENT;
    }

    /**
     * The verdict over all streams: DRIFT where one has it, else STALE where one has it, else WARN where one has it, else
     * OK where one could be compared, else LEARNING where one is learning, else INSUFFICIENT.
     */
    public static Verdict overall(Collection<Verdict> streams) {
        for (Verdict verdict : new Verdict[] {DRIFT, STALE, WARN, OK, LEARNING}) {
            if (streams.contains(verdict)) {
                return verdict;
            }
        }
        return INSUFFICIENT;
    }
}
