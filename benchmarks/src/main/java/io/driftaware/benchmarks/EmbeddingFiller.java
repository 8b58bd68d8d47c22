package io.driftaware.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

/** Fills embeddings_log by binary COPY, independent of the SDK. */
final class EmbeddingFiller {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final Instant POSTGRES_EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final int FLOAT4_OID = 700;

    private final Connection connection;
    private final boolean arrays;

    EmbeddingFiller(Connection connection, boolean arrays) {
        this.connection = connection;
        this.arrays = arrays;
    }

    /** Adds query embeddings, evenly spread from {@code from} to before {@code to}. */
    void fill(Embeddings source, int rows, Instant from, Instant to) throws SQLException, IOException {
        long step = ChronoUnit.MICROS.between(from, to) / rows;
        long time = ChronoUnit.MICROS.between(POSTGRES_EPOCH, from);
        float[] vector = new float[source.dimension()];
        ByteBuffer row = ByteBuffer.allocate(256 + 2 * Float.BYTES * vector.length);
        try (var copy = new PGCopyOutputStream(
                connection.unwrap(PGConnection.class),
                """
                COPY embeddings_log ("timestamp", type, embedding, embedding_dim, embedding_model)
                FROM STDIN (FORMAT binary)
                """)) {
            copy.write(SIGNATURE);
            copy.write(new byte[2 * Integer.BYTES]);
            for (int i = 0; i < rows; i++) {
                source.next(vector);
                put(row.clear(), time + i * step, vector);
                copy.write(row.array(), 0, row.position());
            }
            copy.write(new byte[] {-1, -1});
        }
    }

    private void put(ByteBuffer row, long timestamp, float[] vector) {
        row.putShort((short) 5);
        row.putInt(Long.BYTES).putLong(timestamp);
        putText(row, "query");
        if (arrays) {
            row.putInt(5 * Integer.BYTES + 2 * Float.BYTES * vector.length);
            row.putInt(1).putInt(0).putInt(FLOAT4_OID).putInt(vector.length).putInt(1);
            for (float value : vector) {
                row.putInt(Float.BYTES).putFloat(value);
            }
        } else {
            row.putInt(2 * Short.BYTES + Float.BYTES * vector.length);
            row.putShort((short) vector.length).putShort((short) 0);
            for (float value : vector) {
                row.putFloat(value);
            }
        }
        row.putInt(Integer.BYTES).putInt(vector.length);
        putText(row, Embeddings.MODEL);
    }

    private static void putText(ByteBuffer row, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        row.putInt(bytes.length).put(bytes);
    }
}
