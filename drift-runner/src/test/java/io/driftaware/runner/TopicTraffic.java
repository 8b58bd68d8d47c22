package io.driftaware.runner;

import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Queries about topics, written as an application would by plain SQL: an interaction and its embedding, linked. Each topic is
 * a direction, each query lies near its topic's.
 */
public final class TopicTraffic {
    /** Of the vectors. */
    public static final int DIMENSION = 32;

    static final String MODEL = "toy";

    private static final double SPREAD = 0.12;

    private final TestDatabase db;
    private final Random random;
    private final float[][] topics;
    private String model = MODEL;
    private UnaryOperator<float[]> shape = vector -> vector;

    /** Writes into this database. */
    public TopicTraffic(TestDatabase db, int topics, long seed) {
        this.db = db;
        this.random = new Random(seed);
        this.topics = new float[topics][DIMENSION];
        for (float[] topic : this.topics) {
            double length = 0;
            for (int i = 0; i < DIMENSION; i++) {
                topic[i] = (float) random.nextGaussian();
                length += topic[i] * topic[i];
            }
            for (int i = 0; i < DIMENSION; i++) {
                topic[i] /= (float) Math.sqrt(length);
            }
        }
    }

    /** From now on another model embeds. */
    void changeModel(String name) {
        model = name;
    }

    /** From now on every vector is changed so before it is written. */
    void shape(UnaryOperator<float[]> change) {
        shape = change;
    }

    /** Which topic, refusal and score a row has. */
    public interface Row<T extends @Nullable Object> {
        /** Of row {@code i}. */
        T of(int i);
    }

    /** Queries spread evenly over a stretch of time. */
    public void log(
            int count, Instant from, Duration over, Row<Integer> topicOf, Row<Boolean> refused, Row<Double> score) {
        log(count, from, over, topicOf, refused, score, i -> null);
    }

    /** Queries of segments. */
    public void log(
            int count,
            Instant from,
            Duration over,
            Row<Integer> topicOf,
            Row<Boolean> refused,
            Row<Double> score,
            Row<String> segmentOf) {
        try (Connection connection = db.pool().getConnection();
                PreparedStatement interaction = connection.prepareStatement(
                        """
                        INSERT INTO interaction_log (timestamp, interaction_id, user_query, refusal_flag, toxicity_flag,
                                                     user_feedback_score, segment)
                        VALUES (?, ?, ?, ?, false, ?, ?)
                        """);
                PreparedStatement embedding = connection.prepareStatement(
                        """
                        INSERT INTO embeddings_log (timestamp, type, interaction_id, embedding, embedding_dim, embedding_model,
                                                    segment)
                        VALUES (?, 'query', ?, ?::%s, ?, ?, ?)
                        """
                                .formatted(columnType()))) {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                Instant at = from.plus(over.multipliedBy(i).dividedBy(count));
                UUID id = new UUID(random.nextLong(), random.nextLong());
                int topic = topicOf.of(i);
                interaction.setObject(1, at.atOffset(ZoneOffset.UTC));
                interaction.setObject(2, id);
                interaction.setString(3, "question " + i + " about topic " + topic);
                interaction.setBoolean(4, refused.of(i));
                interaction.setObject(5, score.of(i), java.sql.Types.NUMERIC);
                interaction.setString(6, segmentOf.of(i));
                interaction.addBatch();
                embedding.setObject(1, at.atOffset(ZoneOffset.UTC));
                embedding.setObject(2, id);
                embedding.setString(3, literal(shape.apply(near(topics[topic]))));
                embedding.setInt(4, DIMENSION);
                embedding.setString(5, model);
                embedding.setString(6, segmentOf.of(i));
                embedding.addBatch();
            }
            interaction.executeBatch();
            embedding.executeBatch();
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ten documents on each of the first topics. */
    void document(int topicCount) {
        try (Connection connection = db.pool().getConnection();
                PreparedStatement document = connection.prepareStatement(
                        "INSERT INTO documents (source, content, embedding) VALUES ('manual', ?, ?::%s)"
                                .formatted(columnType()))) {
            for (int i = 0; i < 10 * topicCount; i++) {
                document.setString(1, "about topic " + i / 10);
                document.setString(2, literal(near(topics[i / 10])));
                document.addBatch();
            }
            document.executeBatch();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String columnType() {
        return db.vectorKind() == VectorKind.ARRAY ? "real[]" : "vector";
    }

    private String literal(float[] vector) {
        String text = Arrays.toString(vector).replace(" ", "");
        return db.vectorKind() == VectorKind.ARRAY ? "{" + text.substring(1, text.length() - 1) + "}" : text;
    }

    private float[] near(float[] topic) {
        float[] query = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            query[i] = (float) (topic[i] + SPREAD * random.nextGaussian());
        }
        return query;
    }
}
