package io.driftaware.runner.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database says of a frozen baseline; its contents are read apart.
 *
 * @param id its number
 * @param stream that it belongs to
 * @param space key of the embedding model and dimension, see {@link EmbeddingSpace#key()}; empty for other streams
 * @param fittedAt when it was fitted
 * @param acceptedAt since when it is what recent traffic is compared with, null for a candidate
 * @param retiredAt when another took its place, null before
 * @param rowsFrom time of the first row that it was made from
 * @param rowsTo time of the last one; rows up to it are never counted as recent
 * @param rows how many there were
 */
public record Baseline(
        long id,
        WatchedStream stream,
        String space,
        Instant fittedAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant retiredAt,
        Instant rowsFrom,
        Instant rowsTo,
        long rows) {

    /** Whether recent traffic is compared with it. */
    public boolean inUse() {
        return acceptedAt != null && retiredAt == null;
    }
}
