package io.driftaware.logging;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of the events of one logger since it was built. Every event is in exactly one place, so {@code accepted +
 * recovered = written + pending + spooled + deadLettered + sum of dropped} holds in every snapshot.
 *
 * @param accepted events that passed the checks
 * @param recovered events that an earlier logger left in the spool, those that can no longer be read included; some may have
 *     been stored before, and are then not stored again
 * @param written events whose transaction was committed
 * @param pending events that wait in memory, those being written included: what {@code kill -9} would take now
 * @param spooled events that are on disk, forced to the device, and not yet written
 * @param deadLettered events that the database refuses, kept in dead-letter files
 * @param dropped accepted events that are lost, by reason: {@code queue_full} (no room in memory), {@code spool_full} (nor on
 *     disk, or the disk fails), {@code shed} (gave its place in memory to an event that matters more), {@code spool_damaged}
 *     (a record on disk is cut short or damaged), {@code poison} (the database refuses this very row, and there is no dead
 *     letter), {@code closed} (not written when the time for closing ran out; one whose commit was in flight may be stored)
 * @param rejected events that were refused and never accepted, by reason: {@code wrong_dimension}, {@code not_finite},
 *     {@code zero_vector}, {@code missing_vector}, {@code missing_event}, {@code missing_interaction_id},
 *     {@code score_not_finite}, {@code score_out_of_range}, {@code number_out_of_range}, {@code timestamp_out_of_range},
 *     {@code metadata_not_json}, {@code too_large}, {@code closed}, {@code internal_error}
 * @param circuit whether the logger tries to write
 * @param sampledOut embeddings that are not in the {@linkplain DriftLogger.Builder#sampling sample}, never accepted
 * @param withheld accepted events that are stored without their texts, because a redactor failed on them
 */
public record LoggerStats(
        long accepted,
        long recovered,
        long written,
        long pending,
        long spooled,
        long deadLettered,
        SortedMap<String, Long> dropped,
        SortedMap<String, Long> rejected,
        Circuit circuit,
        long sampledOut,
        long withheld) {

    /** Copies the maps; the books must balance. */
    public LoggerStats {
        dropped = Collections.unmodifiableSortedMap(new TreeMap<>(dropped));
        rejected = Collections.unmodifiableSortedMap(new TreeMap<>(rejected));
        long accountedFor = written + pending + spooled + deadLettered + sum(dropped);
        if (accepted + recovered != accountedFor) {
            throw new IllegalArgumentException("accepted + recovered is " + (accepted + recovered)
                    + ", but written + pending + spooled + deadLettered + dropped is " + accountedFor);
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
