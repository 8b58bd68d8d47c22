package io.driftaware.runner.store;

import io.driftaware.core.baseline.EmbeddingBaseline;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Knows the frozen baseline of each embedding stream, if it has one. */
public interface Scoring {
    /** No stream has a baseline. */
    Scoring NONE = (stream, space) -> null;

    /** The baseline that rows of this stream and space are seen against, null without one. */
    @Nullable
    Loaded baseline(WatchedStream stream, EmbeddingSpace space);

    /**
     * A baseline of the database.
     *
     * @param id in {@code drift_baselines}
     * @param baseline what rows are scored against
     * @param rowsTo time of the last row that it may have been made from: rows up to then are not scored
     */
    record Loaded(long id, EmbeddingBaseline baseline, Instant rowsTo) {
        /** The edge above which a row counts as novel in a {@link Tally}. */
        public int novelEdge() {
            return baseline.novelEdge();
        }
    }
}
