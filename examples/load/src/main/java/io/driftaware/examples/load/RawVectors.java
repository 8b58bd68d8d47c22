package io.driftaware.examples.load;

import io.driftaware.logging.DriftLogger;
import io.driftaware.logging.EmbeddingRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as they lie in memory: little-endian 32-bit floats, without separators. One array serves all of them. */
final class RawVectors implements Rows {
    private final InputStream in;
    private final String type;
    private final byte[] bytes;
    private final float[] vector;
    private long unreadable;

    RawVectors(InputStream in, Options options) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.type = options.type();
        this.bytes = new byte[4 * options.dimension()];
        this.vector = new float[options.dimension()];
    }

    @Override
    public boolean logNext(DriftLogger logger) throws IOException {
        int read = in.readNBytes(bytes, 0, bytes.length);
        if (read < bytes.length) {
            unreadable += read == 0 ? 0 : 1;
            return false;
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        logger.log(embedding(type, vector));
        return true;
    }

    static EmbeddingRecord embedding(String type, float[] vector) {
        return switch (type) {
            case "query" -> EmbeddingRecord.query(vector);
            case "doc" -> EmbeddingRecord.document(vector);
            case "response" -> EmbeddingRecord.response(vector);
            default -> throw new IllegalArgumentException("type '" + type + "' is none of query, doc, response");
        };
    }

    @Override
    public long unreadable() {
        return unreadable;
    }
}
