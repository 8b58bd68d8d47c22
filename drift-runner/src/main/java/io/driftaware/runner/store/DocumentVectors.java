package io.driftaware.runner.store;

import io.driftaware.core.baseline.BaselineSample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/** Reads the embeddings of {@code documents}, where they are few enough to be compared with one by one. */
public final class DocumentVectors {
    private static final int FIELDS = 2;

    private DocumentVectors() {}

    /** All of them; empty if there are none, or more than {@code most}, or of another dimension. */
    public static Optional<BaselineSample> atMost(
            Connection connection, VectorKind kind, EmbeddingSpace space, int most) throws SQLException {
        long count;
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT count(*) FROM (SELECT FROM documents LIMIT ?) there")) {
            statement.setInt(1, most + 1);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                count = row.getLong(1);
            }
        }
        if (count == 0 || count > most) {
            return Optional.empty();
        }
        BaselineSample sample = new BaselineSample(space.dimension());
        float[] vector = new float[space.dimension()];
        try (CopyRows rows = CopyRows.open(
                connection, "COPY (SELECT id, embedding FROM documents ORDER BY id) TO STDOUT (FORMAT binary)")) {
            while (rows.next(FIELDS)) {
                long id = rows.longField();
                VectorField.read(rows, kind, vector);
                sample.add(vector, 0, new UUID(0, id), id);
            }
        }
        return Optional.of(sample).filter(documents -> documents.count() > 0);
    }
}
