package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Python original's tables with rows in them, upgraded in place. */
class OriginalSchemaUpgradeTest {
    private static final String CHECKSUM =
            """
            SELECT md5(concat(
                (SELECT string_agg(concat_ws('|', id, source, title, content, embedding, metadata, created_at), ',' ORDER BY id)
                 FROM documents),
                (SELECT string_agg(concat_ws('|', id, timestamp, type, embedding, metadata), ',' ORDER BY id)
                 FROM embeddings_log),
                (SELECT string_agg(concat_ws('|', id, timestamp, user_query, model_response, model_name, refusal_flag,
                                             toxicity_flag, user_feedback_score), ',' ORDER BY id)
                 FROM interaction_log),
                (SELECT string_agg(concat_ws('|', id, timestamp, kind, severity, details), ',' ORDER BY id)
                 FROM drift_events WHERE kind <> 'schema_setup'),
                (SELECT string_agg(concat_ws('|', id, deployed_at, model_name, version, active), ',' ORDER BY id)
                 FROM model_versions)))
            """;

    private final TestDatabase db = TestDatabase.empty().pgvectorRequired();

    @BeforeEach
    void the_original_with_rows() throws IOException {
        db.open();
        try (InputStream in = OriginalSchemaUpgradeTest.class.getResourceAsStream("original_schema.sql")) {
            db.execute(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void drop() {
        db.close();
    }

    @Test
    void every_row_is_kept_as_it_was() {
        String before = db.value(CHECKSUM);
        db.execute(SetupScript.text());
        assertThat(db.value(CHECKSUM)).isEqualTo(before);
        assertThat(db.count("SELECT count(DISTINCT event_id) FROM embeddings_log WHERE embedding_dim = 1536"))
                .isEqualTo(60);
        assertThat(db.count("SELECT count(DISTINCT interaction_id) FROM interaction_log"))
                .isEqualTo(60);
    }

    @Test
    void a_second_run_changes_nothing() {
        db.execute(SetupScript.text());
        String before = Catalogue.of(db);
        db.execute(SetupScript.text());
        assertThat(Catalogue.of(db)).isEqualTo(before);
        assertThat(db.count("SELECT count(*) FROM drift_events WHERE kind = 'schema_setup'"))
                .isEqualTo(1);
    }

    @Test
    void the_upgraded_schema_has_the_columns_and_checks_of_a_new_one() {
        db.execute(SetupScript.text());
        String shape =
                """
                SELECT string_agg(line, E'\n' ORDER BY line) FROM (
                    SELECT format('%s.%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod),
                                  attnotnull, pg_get_expr(adbin, adrelid)) AS line
                    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                    WHERE attrelid IN (SELECT format('%I', tablename)::regclass FROM pg_tables WHERE schemaname = 'public')
                      AND attnum > 0
                    UNION ALL
                    SELECT concat(conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
                    WHERE connamespace = 'public'::regnamespace
                    UNION ALL
                    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                    UNION ALL
                    SELECT definition FROM pg_views WHERE schemaname = 'public'
                ) AS lines
                """;
        try (TestDatabase fresh = TestDatabase.empty().open()) {
            fresh.setUp(1536, VectorKind.VECTOR);
            assertThat(db.value(shape)).isEqualTo(fresh.value(shape));
        }
    }

    @Test
    void hnsw_takes_the_place_of_the_ivfflat_index() {
        db.execute(SetupScript.text());
        assertThat(
                        db.value(
                                "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'documents'"))
                .isEqualTo("documents_embedding_hnsw_idx documents_pkey");
    }

    @Test
    void the_original_s_statements_go_on_and_new_ones_work() {
        db.execute(SetupScript.text());
        db.execute(
                """
                INSERT INTO embeddings_log (type, embedding) VALUES ('query', array_fill(1, '{1536}')::vector);
                INSERT INTO embeddings_log (type, embedding, embedding_dim) VALUES ('response', '[1,2,3]', 3);
                INSERT INTO interaction_log (user_query, model_response, refusal_flag, toxicity_flag, user_feedback_score)
                VALUES ('q', 'a', false, false, 0.9)
                """);
        assertThat(db.value("SELECT vector_dims(avg(embedding)) FROM embeddings_log WHERE type = 'query'"))
                .isEqualTo("1536");
        assertThat(db.value("SELECT round(recent_accuracy, 3) FROM recent_drift_metrics"))
                .as("six or seven days at .5, today .9")
                .isIn("0.557", "0.550");
        assertThat(db.count("SELECT cleanup_old_data(30)")).isBetween(30L, 31L);
    }

    @Test
    void another_dimension_is_refused_and_nothing_is_touched() {
        String before = db.value(CHECKSUM);
        assertThatThrownBy(() -> db.setUp(384, VectorKind.VECTOR))
                .hasMessageContaining("documents.embedding has 1536 dimensions, not 384: set EMBEDDING_DIM=1536");
        assertThat(db.value(CHECKSUM)).isEqualTo(before);
        assertThat(db.count("SELECT count(*) FROM pg_tables WHERE tablename = 'drift_schema'"))
                .isZero();
    }

    @Test
    void pgvector_off_is_overruled_by_the_tables_that_are_there() {
        db.setUp(1536, VectorKind.ARRAY);
        assertThat(db.value("SELECT pg_typeof(embedding) FROM embeddings_log LIMIT 1"))
                .isEqualTo("vector");
    }
}
