package com.example.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.driftaware.logging.DriftLogger;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

final class AssistantTest {

    @Test
    void logs_an_interaction_its_embedding_and_a_feedback_to_a_real_database() throws Exception {
        var dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getenv("OUTSIDE_DATABASE_URL"));
        UUID interaction;
        try (var logger =
                DriftLogger.builder(dataSource).embeddingModel("outside", 3).build()) {
            interaction = new Assistant(logger).answer("How do I add a colleague?", new float[] {1, 2, 3});
            logger.feedback(interaction, 0.8);
            assertTrue(logger.flush(Duration.ofSeconds(20)).complete(), () -> logger.stats().toString());
            assertEquals(3, logger.stats().written(), () -> logger.stats().toString());
        }
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(
                        """
                        SELECT i.user_query, e.embedding_dim, f.score
                        FROM interaction_log i
                        JOIN embeddings_log e USING (interaction_id)
                        JOIN feedback_log f USING (interaction_id)
                        WHERE i.interaction_id = ?
                        """)) {
            statement.setObject(1, interaction);
            try (ResultSet rows = statement.executeQuery()) {
                assertTrue(rows.next());
                assertEquals("How do I add a colleague?", rows.getString(1));
                assertEquals(3, rows.getInt(2));
                assertEquals(0.8, rows.getDouble(3));
            }
        }
    }

    @Test
    void carries_no_linear_algebra() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("org.ejml.data.DMatrixRMaj"));
        assertThrows(ClassNotFoundException.class, () -> Class.forName("io.driftaware.core.profile.EmbeddingProfile"));
    }
}
