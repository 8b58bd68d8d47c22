package io.driftaware.runner.reindex;

import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.runner.openai.OpenAiException;
import java.util.List;

/** A model behind an OpenAI-compatible endpoint. */
public final class OpenAiEmbedder implements DocumentEmbedder {
    private final OpenAiClient client;
    private final String model;
    private final int dimension;
    private final boolean askDimension;

    /**
     * A model by its name.
     *
     * @param askDimension whether the request names the dimension, for models that can shorten their vectors
     */
    public OpenAiEmbedder(OpenAiClient client, String model, int dimension, boolean askDimension) {
        this.client = client;
        this.model = model;
        this.dimension = dimension;
        this.askDimension = askDimension;
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Embedded embed(List<String> texts) throws EmbeddingFailure, InterruptedException {
        try {
            OpenAiClient.Embeddings answer = client.embed(model, askDimension, dimension, texts);
            return new Embedded(answer.vectors(), answer.tokens());
        } catch (OpenAiException e) {
            EmbeddingFailure failure = new EmbeddingFailure(
                    EmbeddingFailure.Kind.valueOf(e.kind().name()), String.valueOf(e.getMessage()), e.after());
            failure.initCause(e);
            throw failure;
        }
    }
}
