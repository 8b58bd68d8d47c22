package io.driftaware.logging;

import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One place in the queue, used again and again. A producer fills it, the writer reads it, the writer clears it. */
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

    void clear() {
        payload = null;
        eventId = NONE;
        interactionId = null;
        vector = null;
        model = null;
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
