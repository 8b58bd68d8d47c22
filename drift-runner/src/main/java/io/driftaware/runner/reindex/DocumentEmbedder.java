package io.driftaware.runner.reindex;

import java.util.List;

/** A model that turns documents into vectors, in this process or over the network. */
public interface DocumentEmbedder {
    /** Its name, as {@code documents.embedding_model} keeps it. */
    String model();

    /** Length of its vectors. */
    int dimension();

    /**
     * Embeds texts; none is empty.
     *
     * @return vectors in the order of the texts, finite and not zero
     * @throws EmbeddingFailure if it cannot, and says whether later may be better
     */
    Embedded embed(List<String> texts) throws EmbeddingFailure, InterruptedException;

    /**
     * Vectors, and what they cost.
     *
     * @param vectors in the order of the texts
     * @param tokens that the budget is charged with; 0 if nothing counts them
     */
    record Embedded(List<float[]> vectors, long tokens) {}
}
