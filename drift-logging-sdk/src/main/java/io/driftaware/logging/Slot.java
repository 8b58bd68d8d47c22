package io.driftaware.logging;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One place in the queue, or in a batch that was taken out of it, used again and again. A producer fills it between claiming
 * and publishing its position; then it belongs to whoever holds the {@link Intake}'s lock, and after that to the batch it was
 * moved to.
 */
final class Slot {
    private static final UUID NONE = new UUID(0, 0);

    /** Position + 1 of the event that is complete in here. Written last, so reading it makes the other fields visible. */
    volatile long published;

    /** An Interaction, an EmbeddingRecord.Details or a Feedback. */
    @Nullable
    Object payload;

    UUID eventId = NONE;

    @Nullable
    UUID interactionId;
    /** Microseconds since 1970. */
    long timestamp;
    /** What it takes of the queue's bytes. */
    long bytes;
    /** The embedding and its model, where it is one. */
    float @Nullable [] vector;

    @Nullable
    String model;

    /** Whether an attempt to store it ended with its outcome unknown. */
    boolean mayBeThere;

    /** Whether another thread may still read the vector, so that nobody may use its array again. */
    boolean lent;

    /** The position that it had in the queue. */
    long position() {
        return published - 1;
    }

    Rank rank() {
        return Rank.of(payload(Object.class));
    }

    void clear() {
        payload = null;
        eventId = NONE;
        interactionId = null;
        vector = null;
        model = null;
        mayBeThere = false;
        lent = false;
    }

    /** Leaves this one as it is. */
    void copyTo(Slot other) {
        other.payload = payload;
        other.eventId = eventId;
        other.interactionId = interactionId;
        other.timestamp = timestamp;
        other.bytes = bytes;
        other.vector = vector;
        other.model = model;
        other.mayBeThere = mayBeThere;
        other.lent = lent;
        other.published = published;
    }

    <T> T payload(Class<T> type) {
        return type.cast(Objects.requireNonNull(payload, "an empty slot was read"));
    }

    float[] requiredVector() {
        float[] present = vector;
        if (present == null) {
            throw new IllegalStateException("an embedding without its vector");
        }
        return present;
    }
}
