package io.driftaware.runner.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.driftaware.runner.openai.OpenAiException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the vectors of an answer as a stream: it is megabytes long, and a tree of it would be many times that. */
final class EmbeddingsAnswer {
    private static final JsonFactory JSON = new JsonFactory();

    private EmbeddingsAnswer() {}

    /**
     * Reads an answer.
     *
     * @param count of the vectors that were asked for
     * @param dimension of each
     * @throws IOException if the answer is cut, or is none
     * @throws OpenAiException if its vectors have another dimension
     */
    static OpenAiClient.Embeddings read(byte[] body, int count, int dimension) throws IOException, OpenAiException {
        float[] @Nullable [] vectors = new float[count][];
        long tokens = 0;
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = whole(parser).currentName();
                JsonToken value = parser.nextToken();
                if ("data".equals(name) && value == JsonToken.START_ARRAY) {
                    for (int place = 0; whole(parser).nextToken() != JsonToken.END_ARRAY; place++) {
                        vector(parser, place, vectors, dimension);
                    }
                } else if ("usage".equals(name) && value == JsonToken.START_OBJECT) {
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        boolean total = "total_tokens".equals(whole(parser).currentName());
                        if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && total) {
                            tokens = parser.getLongValue();
                        }
                        parser.skipChildren();
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        List<float[]> all = new ArrayList<>(count);
        for (float[] one : vectors) {
            if (one == null) {
                throw new IOException("too few vectors");
            }
            all.add(one);
        }
        return new OpenAiClient.Embeddings(all, tokens);
    }

    private static void vector(JsonParser parser, int place, float[] @Nullable [] vectors, int dimension)
            throws IOException, OpenAiException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("no vector");
        }
        int index = place;
        float[] found = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = whole(parser).currentName();
            JsonToken value = parser.nextToken();
            if ("index".equals(name) && value == JsonToken.VALUE_NUMBER_INT) {
                index = parser.getIntValue();
            } else if ("embedding".equals(name) && value == JsonToken.START_ARRAY) {
                found = floats(parser, dimension);
            } else {
                parser.skipChildren();
            }
        }
        if (found == null || index < 0 || index >= vectors.length) {
            throw new IOException("no vector at " + place);
        }
        vectors[index] = found;
    }

    private static float[] floats(JsonParser parser, int dimension) throws IOException, OpenAiException {
        float[] vector = new float[dimension];
        int length = 0;
        boolean usable = true;
        double norm = 0;
        while (whole(parser).nextToken() != JsonToken.END_ARRAY) {
            float value = parser.getFloatValue();
            if (length < dimension) {
                vector[length] = value;
            }
            usable &= Float.isFinite(value);
            norm += (double) value * value;
            length++;
        }
        if (length != dimension) {
            throw new OpenAiException(
                    Kind.SETTINGS,
                    0,
                    "the model's vectors have " + length + " dimensions, not " + dimension
                            + ": correct DRIFT_REINDEX_DIM or the model",
                    Duration.ZERO);
        }
        if (!usable || norm == 0) {
            throw new IOException("a vector that is zero or not finite");
        }
        return vector;
    }

    /** At the end of a cut text the parser gives null for ever. */
    private static JsonParser whole(JsonParser parser) throws IOException {
        if (parser.currentToken() == null) {
            throw new IOException("cut");
        }
        return parser;
    }
}
