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

    /** So long a model's name is kept as it is; an index entry must fit a third of a page. */
    private static final int LONGEST_NAME = 200;

    /** One text for both, as it stands in {@code drift_profiles.embedding_model}: {@code 384/name}, or {@code 384}. */
    public String key() {
        if (model == null) {
            return Integer.toString(dimension);
        }
        return dimension + "/"
                + (model.length() <= LONGEST_NAME
                        ? model
                        : model.substring(0, LONGEST_NAME) + "#" + Integer.toHexString(model.hashCode()));
    }

    /**
     * The space of a key; the name of one that was too long comes back cut.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static EmbeddingSpace ofKey(String key) {
        int slash = key.indexOf('/');
        String dimension = slash < 0 ? key : key.substring(0, slash);
        if (!dimension.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + key + "' names no embedding space");
        }
        return new EmbeddingSpace(slash < 0 ? null : key.substring(slash + 1), Integer.parseInt(dimension));
    }

    /** For a message. */
    public String describe() {
        return (model == null ? "an unnamed model" : "'" + model + "'") + " (" + dimension + " dimensions)";
    }
}
