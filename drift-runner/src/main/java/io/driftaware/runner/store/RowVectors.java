package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads the vectors of a few rows of {@code embeddings_log} back, for explanations. */
public final class RowVectors {
    private static final int FIELDS = 2;

    private RowVectors() {}

    /** The vectors that are still there, by event id. */
    public static Map<UUID, float[]> of(
            Connection connection, VectorKind kind, EmbeddingSpace space, Collection<UUID> eventIds)
            throws SQLException {
        Map<UUID, float[]> vectors = new LinkedHashMap<>();
        if (eventIds.isEmpty()) {
            return vectors;
        }
        String ids = eventIds.stream().map(id -> "'" + id + "'").collect(Collectors.joining(", "));
        String copy = "COPY (SELECT event_id, embedding FROM embeddings_log WHERE event_id IN (" + ids
                + ") AND embedding_dim = " + SqlLiteral.integer(space.dimension())
                + " ORDER BY event_id) TO STDOUT (FORMAT binary)";
        try (CopyRows rows = CopyRows.open(connection, copy)) {
            while (rows.next(FIELDS)) {
                UUID id = rows.uuidField();
                float[] vector = new float[space.dimension()];
                VectorField.read(rows, kind, vector);
                vectors.put(id, vector);
            }
        }
        return vectors;
    }
}
