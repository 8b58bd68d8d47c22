package io.driftaware.logging;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the events of one logger since it was built. Every accepted event is in exactly one place, so
 * {@code accepted = written + pending + sum of dropped} holds in every snapshot.
 *
 * @param accepted events that passed the checks
 * @param written events whose transaction was committed
 * @param pending events that wait in memory, those being written included
 * @param dropped accepted events that are lost, by reason: {@code queue_full}, {@code poison} (the database refuses this very
 *     row), {@code closed} (not written when the time for closing ran out; one whose commit was in flight may be stored)
 * @param rejected events that were refused and never accepted, by reason: {@code wrong_dimension}, {@code not_finite},
 *     {@code zero_vector}, {@code missing_vector}, {@code missing_event}, {@code missing_interaction_id},
 *     {@code score_not_finite}, {@code score_out_of_range}, {@code number_out_of_range}, {@code timestamp_out_of_range},
 *     {@code metadata_not_json}, {@code too_large}, {@code closed}, {@code internal_error}
 * @param sampledOut embeddings that are not in the {@linkplain DriftLogger.Builder#sampling sample}, never accepted
 * @param withheld accepted events that are stored without their texts, because a redactor failed on them
 */
public record LoggerStats(
        long accepted,
        long written,
        long pending,
        SortedMap<String, Long> dropped,
        SortedMap<String, Long> rejected,
        long sampledOut,
        long withheld) {

    /** Copies the maps; the books must balance. */
    public LoggerStats {
        dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
        rejected = Collections.unmodifiableSortedMap(new TreeMap<>(rejected));
        long accountedFor = written + pending + sum(dropped);
        if (accepted != accountedFor) {
            throw new IllegalArgumentException(
                    "accepted is " + accepted + ", but written + pending + dropped is " + accountedFor);
        }
    }

    /** {@return how many accepted events are lost, whatever the reason} */
    public long droppedTotal() {
        return sum(dropped);
    }

    /** {@return how many events were refused, whatever the reason} */
    public long rejectedTotal() {
        return sum(rejected);
    }

    private static long sum(SortedMap<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
