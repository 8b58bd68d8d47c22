package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import org.jspecify.annotations.Nullable;

/**
 * What the two windows hold of one embedding stream, in the space that is in use.
 *
 * @param space model and dimension in use, null without any row
 * @param replaced what the baseline has instead, null unless it has none of {@code space} but rows of another
 * @param recent profile of the recent window
 * @param baseline profile of the baseline window
 * @param activity of the stream, whatever the model
 * @param withoutBaseline why the baseline window cannot be read, null if it can
 */
public record EmbeddingReading(
        @Nullable EmbeddingSpace space,
        @Nullable EmbeddingSpace replaced,
        EmbeddingProfile recent,
        EmbeddingProfile baseline,
        Activity activity,
        @Nullable String withoutBaseline) {
    /** No vector has said its dimension; a profile of none compares as too few, whatever it is. */
    static EmbeddingReading nothing(Activity activity) {
        return new EmbeddingReading(null, null, EmbeddingProfile.empty(1), EmbeddingProfile.empty(1), activity, null);
    }
}
