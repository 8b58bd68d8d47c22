package io.driftaware.runner.store;

import org.jspecify.annotations.Nullable;

/**
 * What embeddings must share to be compared.
 *
 * @param model name of the embedding model, null where rows name none
 * @param dimension of the vectors
 */
public record EmbeddingSpace(@Nullable String model, int dimension) {
    /** Refuses a dimension below one. */
    public EmbeddingSpace {
        if (dimension < 1) {
            throw new IllegalArgumentException("embedding dimension " + dimension + " is below 1");
        }
    }

    /** The name in tables: {@code model@dimension}, with nothing before the sign where rows name no model. */
    public String key() {
        return (model == null ? "" : model) + "@" + dimension;
    }

    /** For a message. */
    public String describe() {
        return (model == null ? "an unnamed model" : "'" + model + "'") + " (" + dimension + " dimensions)";
    }
}
