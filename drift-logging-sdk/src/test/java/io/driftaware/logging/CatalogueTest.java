package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tables are taken as the catalogue says they are. */
final class CatalogueTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    @Test
    void a_column_that_an_older_schema_lacks_is_left_out() {
        DB.execute("ALTER TABLE interaction_log RENAME retrieval_hits TO gone");
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            logger.log(Interaction.builder().topic("t").retrievalHits(3).build());
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(DB.value("SELECT topic || coalesce(gone, -1) FROM interaction_log"))
                    .isEqualTo("t-1");
        } finally {
            DB.execute("ALTER TABLE interaction_log RENAME gone TO retrieval_hits");
        }
    }

    @Test
    void a_column_that_the_sdk_does_not_know_gets_its_default() {
        DB.execute("ALTER TABLE interaction_log ADD COLUMN region text DEFAULT 'eu'");
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            logger.log(Interaction.builder().build());
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(DB.value("SELECT region FROM interaction_log")).isEqualTo("eu");
        } finally {
            DB.execute("ALTER TABLE interaction_log DROP COLUMN region");
        }
    }

    /** What a change of the schema does to a logger that is connected: its rows look malformed, and none may be lost. */
    @Test
    void a_column_that_changes_under_an_open_connection_costs_no_event() {
        boolean vector = DB.hasPgvector();
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}));
            assertThat(logger.flush(LONG).complete()).isTrue();
            DB.execute("ALTER TABLE embeddings_log DROP CONSTRAINT embeddings_log_embedding_dim_check");
            if (vector) {
                DB.execute("ALTER TABLE embeddings_log ALTER embedding TYPE real[] USING embedding::real[]");
            } else {
                DB.execute("ALTER TABLE embeddings_log RENAME ref_id TO gone");
            }
            logger.log(EmbeddingRecord.query(new float[] {4, 5, 6}));
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(DB.value("SELECT string_agg(embedding::text, ' ' ORDER BY id) FROM embeddings_log"))
                    .isEqualTo("{1,2,3} {4,5,6}");
        } finally {
            if (vector) {
                DB.execute("ALTER TABLE embeddings_log ALTER embedding TYPE vector USING embedding::vector");
            } else {
                DB.execute("ALTER TABLE embeddings_log RENAME gone TO ref_id");
            }
        }
    }

    @Test
    void tables_in_another_schema_of_the_search_path_are_found() {
        DB.execute("CREATE SCHEMA drift; ALTER TABLE feedback_log SET SCHEMA drift");
        String name = DB.value("SELECT current_database()");
        DB.execute("ALTER DATABASE " + name + " SET search_path = public, drift");
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            logger.feedback(new UUID(1, 1), 1);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(DB.count("SELECT count(*) FROM drift.feedback_log")).isEqualTo(1);
        } finally {
            DB.execute("ALTER TABLE drift.feedback_log SET SCHEMA public; DROP SCHEMA drift; ALTER DATABASE " + name
                    + " RESET search_path");
        }
    }
}
