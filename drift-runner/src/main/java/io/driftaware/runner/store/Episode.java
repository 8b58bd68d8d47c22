package io.driftaware.runner.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code drift_episodes}.
 *
 * @param id of the row
 * @param stream that drifted
 * @param embeddingModel that the stream had, null if none was named
 * @param openedAt check that opened it
 * @param openedValue value at that check
 * @param lastValue value at the last check that had one
 * @param threshold that was reached
 * @param recoveredChecks checks in a row that found it recovered
 * @param hypothesis that was proven when it opened, null where thresholds alone decided
 */
public record Episode(
        long id,
        WatchedStream stream,
        @Nullable String embeddingModel,
        Instant openedAt,
        double openedValue,
        double lastValue,
        double threshold,
        int recoveredChecks,
        @Nullable String hypothesis) {}
