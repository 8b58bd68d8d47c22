package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Reads one type of {@code embeddings_log} into profiles: one COPY a window, one vector in memory at a time.
 *
 * <p>Idea: a binary COPY is the fastest way out of PostgreSQL that keeps every row apart, and a profile needs each row
 * once. Cost: the network and one addition per dimension; memory of one row and one recorder whatever the window holds.
 */
final class EmbeddingReader {
    /** So many of the latest rows tell which embedding model is in use: a few strays of another change nothing. */
    private static final int LATEST_ROWS = 100;

    private final Connection connection;
    private final VectorKind kind;
    private final String type;

    EmbeddingReader(Connection connection, VectorKind kind, String type) {
        this.connection = connection;
        this.kind = kind;
        this.type = type;
    }

    /** The same type, read on another connection. */
    EmbeddingReader on(Connection other) {
        return new EmbeddingReader(other, kind, type);
    }

    /** The model and dimension that most of the window's latest rows have; of equals, the one seen last. */
    Optional<EmbeddingSpace> currentSpace(Window window) throws SQLException {
        String sql =
                """
                SELECT embedding_model, embedding_dim
                FROM (SELECT embedding_model, embedding_dim, "timestamp"
                      FROM embeddings_log
                      WHERE type = ? AND "timestamp" >= ? AND "timestamp" < ?
                      ORDER BY "timestamp" DESC, id DESC
                      LIMIT ?) latest
                GROUP BY embedding_model, embedding_dim
                ORDER BY count(*) DESC, max("timestamp") DESC, embedding_dim
                LIMIT 1
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, window);
            statement.setInt(4, LATEST_ROWS);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new EmbeddingSpace(row.getString(1), row.getInt(2))) : Optional.empty();
            }
        }
    }

    Activity activity(Window window) throws SQLException {
        String sql =
                """
                SELECT min(first_row), max(last_row), count(*)
                FROM (SELECT min("timestamp") AS first_row, max("timestamp") AS last_row
                      FROM embeddings_log
                      WHERE type = ? AND "timestamp" >= ? AND "timestamp" < ?
                      GROUP BY date_trunc('hour', "timestamp")) hours
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, window);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Activity(SqlTime.read(row, 1), SqlTime.read(row, 2), row.getLong(3));
            }
        }
    }

    /** The window's rows of one space; a row that cannot be used is counted as rejected. */
    EmbeddingProfile profile(EmbeddingSpace space, Window window) throws SQLException {
        EmbeddingRecorder recorder = new EmbeddingRecorder(space.dimension());
        float[] vector = new float[space.dimension()];
        try (CopyRows rows = CopyRows.open(connection, copyStatement(space, window))) {
            while (rows.next(1)) {
                VectorField.read(rows, kind, vector);
                recorder.add(vector);
            }
        }
        return recorder.snapshot();
    }

    private String copyStatement(EmbeddingSpace space, Window window) {
        return """
                COPY (SELECT embedding
                      FROM embeddings_log
                      WHERE type = %s AND "timestamp" >= %s AND "timestamp" < %s
                        AND embedding_dim = %s AND embedding_model IS NOT DISTINCT FROM %s)
                TO STDOUT (FORMAT binary)
                """
                .formatted(
                        SqlLiteral.text(type),
                        SqlLiteral.timestamp(window.from()),
                        SqlLiteral.timestamp(window.to()),
                        SqlLiteral.integer(space.dimension()),
                        SqlLiteral.text(space.model()));
    }

    private void bind(PreparedStatement statement, Window window) throws SQLException {
        statement.setString(1, type);
        statement.setObject(2, SqlTime.parameter(window.from()));
        statement.setObject(3, SqlTime.parameter(window.to()));
    }
}
