package io.driftaware.runner;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Observation;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.WatchedStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one check found of one stream, before the policy had its say.
 *
 * @param stream that was looked at
 * @param seen DRIFT, OK, INSUFFICIENT or STALE by this check alone
 * @param finding of its detector, null if the stream failed
 * @param recentSamples rows of the recent window that count
 * @param recentFrom where that window begins, null if the stream failed
 * @param baselineSamples rows of the baseline window that count
 * @param rejectedRows rows that cannot be used
 * @param reason in words
 * @param lastRow null without one
 * @param space of the embeddings that were compared, null without any or of another kind of stream
 * @param baselineReset whether the embedding model has changed since the baseline
 * @param failed whether the stream could not be read or compared
 * @param calibrated evidence and explanation; null with {@code DRIFT_DETECTION=threshold}, or if the stream failed
 */
record StreamOutcome(
        WatchedStream stream,
        Observation seen,
        @Nullable Finding finding,
        long recentSamples,
        @Nullable Instant recentFrom,
        long baselineSamples,
        long rejectedRows,
        String reason,
        @Nullable Instant lastRow,
        @Nullable EmbeddingSpace space,
        boolean baselineReset,
        boolean failed,
        @Nullable Calibrated calibrated) {

    /** Null if none is named. */
    @Nullable
    String embeddingModel() {
        return space == null ? null : space.model();
    }

    /** The same, with a window that begins elsewhere. */
    StreamOutcome since(Instant from) {
        return new StreamOutcome(
                stream,
                seen,
                finding,
                recentSamples,
                from,
                baselineSamples,
                rejectedRows,
                reason,
                lastRow,
                space,
                baselineReset,
                failed,
                calibrated);
    }

    /** The same stream, judged by evidence and effect. */
    StreamOutcome judged(Observation observation, Finding judgedFinding, String why, Calibrated judgement) {
        return new StreamOutcome(
                stream,
                observation,
                judgedFinding,
                judgedFinding.recentSamples(),
                recentFrom,
                judgedFinding.baselineSamples(),
                rejectedRows,
                why,
                lastRow,
                space,
                baselineReset,
                false,
                judgement);
    }
}
