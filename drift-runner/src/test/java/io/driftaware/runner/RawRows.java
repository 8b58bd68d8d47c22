package io.driftaware.runner;

import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows written as any program may write them, by plain SQL. */
public final class RawRows {
    private final TestDatabase db;

    /** Writes into this database. */
    public RawRows(TestDatabase db) {
        this.db = db;
    }

    /** One embedding, as text that both column types read. */
    public void embedding(Instant at, String type, float[] vector, @Nullable String model) {
        boolean array = db.vectorKind() == io.driftaware.testdb.VectorKind.ARRAY;
        String text = Arrays.toString(vector).replace(" ", "");
        write(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding, embedding_dim, embedding_model)
                VALUES (?, ?, ?::%s, ?, ?)
                """
                        .formatted(array ? "real[]" : "vector"),
                statement -> {
                    statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                    statement.setString(2, type);
                    statement.setString(3, array ? "{" + text.substring(1, text.length() - 1) + "}" : text);
                    statement.setInt(4, vector.length);
                    statement.setString(5, model);
                    statement.addBatch();
                });
    }

    /**
     * Embeddings around a direction, spread evenly over a window.
     *
     * @param axis the direction's axis
     */
    public void embeddings(
            int count, Instant from, Duration over, String type, int dimension, int axis, @Nullable String model) {
        boolean array = db.vectorKind() == io.driftaware.testdb.VectorKind.ARRAY;
        Random random = new Random(axis);
        write(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding, embedding_dim, embedding_model)
                VALUES (?, ?, ?::%s, ?, ?)
                """
                        .formatted(array ? "real[]" : "vector"),
                statement -> {
                    for (int i = 0; i < count; i++) {
                        float[] vector = new float[dimension];
                        for (int j = 0; j < dimension; j++) {
                            vector[j] = (float) (random.nextGaussian() * 0.1) + (j == axis ? 1 : 0);
                        }
                        String text = Arrays.toString(vector).replace(" ", "");
                        Instant at = from.plus(over.multipliedBy(i).dividedBy(count));
                        statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                        statement.setString(2, type);
                        statement.setString(3, array ? "{" + text.substring(1, text.length() - 1) + "}" : text);
                        statement.setInt(4, dimension);
                        statement.setString(5, model);
                        statement.addBatch();
                    }
                });
    }

    /** One interaction. */
    public void interaction(Instant at, @Nullable Boolean refusal, @Nullable Boolean toxic, @Nullable Double feedback) {
        interactions(1, at, Duration.ZERO, i -> refusal, i -> toxic, i -> feedback);
    }

    /** What a row has, by its number. */
    public interface By<T> {
        /** For row {@code i}. */
        @Nullable
        T of(int i);
    }

    /** Interactions spread evenly over a window. */
    public void interactions(
            int count, Instant from, Duration over, By<Boolean> refusal, By<Boolean> toxic, By<Double> feedback) {
        write(
                """
                INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, toxicity_flag,
                                             user_feedback_score)
                VALUES (?, 'q', 'r', ?, ?, ?)
                """,
                statement -> {
                    for (int i = 0; i < count; i++) {
                        statement.setObject(
                                1,
                                from.plus(over.multipliedBy(i).dividedBy(count)).atOffset(ZoneOffset.UTC));
                        statement.setObject(2, refusal.of(i), Types.BOOLEAN);
                        statement.setObject(3, toxic.of(i), Types.BOOLEAN);
                        statement.setObject(4, feedback.of(i), Types.NUMERIC);
                        statement.addBatch();
                    }
                });
    }

    private interface Rows {
        void into(PreparedStatement statement) throws SQLException;
    }

    private void write(String sql, Rows rows) {
        try (Connection connection = db.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            connection.setAutoCommit(false);
            rows.into(statement);
            statement.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
