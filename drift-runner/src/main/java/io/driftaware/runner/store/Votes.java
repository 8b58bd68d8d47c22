package io.driftaware.runner.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One row for each conversation, because rows of one conversation depend on each other. Which of its rows is drawn by the
 * smallest hash of an event id, and not by time: first turns need not be like later ones, and the usual rate is that of all
 * rows. Rows without a conversation all count.
 *
 * @param <T> what is known of a row
 */
final class Votes<T> {
    private record Ballot<T>(long hash, T row) {}

    private final Map<String, Ballot<T>> byConversation = new LinkedHashMap<>();
    private final Consumer<T> count;

    Votes(Consumer<T> count) {
        this.count = count;
    }

    void offer(@Nullable String conversation, UUID eventId, T row) {
        if (conversation == null || conversation.isEmpty()) {
            count.accept(row);
            return;
        }
        Ballot<T> ballot = new Ballot<>(hash(eventId), row);
        byConversation.merge(
                conversation,
                ballot,
                (drawn, other) -> Long.compareUnsigned(other.hash, drawn.hash) < 0 ? other : drawn);
    }

    /** Counts the rows that were drawn. */
    void close() {
        byConversation.values().forEach(ballot -> count.accept(ballot.row));
        byConversation.clear();
    }

    /** Ids are ordered by time, their hashes are not. The finaliser of MurmurHash3 (Appleby). */
    private static long hash(UUID eventId) {
        long z = eventId.getMostSignificantBits() * 31 + eventId.getLeastSignificantBits();
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
