package io.driftaware.logging;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a logger was built with. */
record Settings(
        Map<String, Integer> models,
        @Nullable String defaultModel,
        int queueCapacity,
        long queueBytes,
        int batchSize,
        Duration closeTimeout,
        Duration idleTimeout,
        InstantSource clock,
        @Nullable LoggerListener listener,
        boolean closeOnExit,
        Capture capture,
        Delivery delivery) {

    /** What pgvector's type can hold. */
    static final int LARGEST_DIMENSION = 16_000;

    private static final int LARGEST_CAPACITY = 1 << 24;
    private static final long SMALLEST_BYTES = 1 << 16;

    Settings {
        models = new LinkedHashMap<>(models);
        models.forEach((model, dimension) ->
                check(!model.isBlank(), "embeddingModel", "'" + model + "'", "give the model a name"));
        models.forEach((model, dimension) -> check(
                dimension >= 1 && dimension <= LARGEST_DIMENSION,
                "the dimension of " + model,
                dimension,
                "1 to 16000"));
        check(
                queueCapacity >= 1 && queueCapacity <= LARGEST_CAPACITY,
                "queueCapacity",
                queueCapacity,
                "1 to " + LARGEST_CAPACITY + " events");
        check(queueBytes >= SMALLEST_BYTES, "queueBytes", queueBytes, "at least " + SMALLEST_BYTES);
        check(batchSize >= 1, "batchSize", batchSize, "at least 1");
        check(!closeTimeout.isNegative(), "closeTimeout", closeTimeout, "not negative");
        check(!idleTimeout.isNegative(), "idleTimeout", idleTimeout, "not negative");
    }

    static void check(boolean good, String name, Object value, String allowed) {
        if (!good) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed is: " + allowed);
        }
    }

    /**
     * Begins with an eighth of what the queue may hold, at most 1,024 vectors, and keeps what a fuller queue adds: where the
     * writer lags behind, logging would otherwise go back to allocating.
     */
    VectorPool vectorPool() {
        int dimension = defaultModel == null ? 0 : models.getOrDefault(defaultModel, 0);
        if (dimension == 0) {
            return new VectorPool(0, 0, 0);
        }
        int fitting = (int) Math.max(1, Math.min(queueCapacity, queueBytes / (4L * dimension)));
        return new VectorPool(dimension, Math.min(1_024, fitting / 8 + 1), fitting);
    }

    /** Durations of centuries count as the longest that nanoseconds can say. */
    static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE / 4)) > 0 ? Long.MAX_VALUE / 4 : duration.toNanos();
    }
}
