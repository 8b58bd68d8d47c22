package io.driftaware.runner;

import io.driftaware.runner.store.Baseline;

/**
 * A frozen baseline with its contents.
 *
 * @param row what the database says of it
 * @param contents an {@code EmbeddingBaseline}, {@code RateBaseline}, {@code ScoreBaseline} or {@code CoverageBaseline}
 */
record KnownBaseline<T>(Baseline row, T contents) {
    long id() {
        return row.id();
    }
}
