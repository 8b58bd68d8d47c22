package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What setup_database.sql keeps with both kinds of embedding columns. The schema has three dimensions. */
abstract class SchemaContract {
    abstract TestDatabase db();

    /** A row's vector in the form that the original's users write. */
    abstract String vector(String numbers);

    /** What is unique of an event. */
    String key() {
        return "event_id";
    }

    @AfterEach
    void empty() {
        db().reset();
    }

    @Test
    void the_original_s_inserts_work_unchanged() {
        db().execute(
                        """
                        INSERT INTO interaction_log (user_query, model_response, refusal_flag, toxicity_flag, user_feedback_score)
                        VALUES ('how?', 'so', true, false, 0.85);
                        INSERT INTO interaction_log (timestamp, user_query, model_response, refusal_flag, toxicity_flag,
                                                     user_feedback_score, topic, metadata)
                        VALUES (now(), 'how?', 'so', false, false, NULL, 'music', '{"scenario": "baseline"}');
                        INSERT INTO embeddings_log (type, embedding) VALUES ('query', :v);
                        INSERT INTO embeddings_log (timestamp, type, embedding, metadata) VALUES (now(), 'doc', :v, '{"a": 1}');
                        INSERT INTO documents (source, title, content, embedding, metadata)
                        VALUES ('book', 'title', 'text', :v, '{}');
                        INSERT INTO drift_events (kind, severity, details, action_taken)
                        VALUES ('embedding_drift', 'high', '{"drift_score": 0.2}', NULL);
                        INSERT INTO model_versions (model_name, version, source, notes, active)
                        VALUES ('retrain_1', '1', 'accuracy_drop', 'why', true);
                        """
                                .replace(":v", vector("1,2,3")));

        assertThat(db().count("SELECT count(*) FROM embeddings_log WHERE embedding_dim = 3 AND event_id IS NOT NULL"))
                .isEqualTo(2);
        assertThat(db().value("SELECT model_name FROM interaction_log WHERE interaction_id IS NOT NULL"))
                .isEqualTo("gpt-3.5-turbo");
        assertThat(db().value("SELECT embedding::real[] FROM documents")).isEqualTo("{1,2,3}");
    }

    @Test
    void unknown_flags_may_be_null_and_default_to_false() {
        db().execute("INSERT INTO interaction_log (refusal_flag) VALUES (NULL)");
        assertThat(db().value("SELECT concat(refusal_flag IS NULL, toxicity_flag) FROM interaction_log"))
                .isEqualTo("tf");
    }

    @Test
    void an_embedding_of_another_dimension_is_refused_unless_the_row_names_it() {
        assertThatThrownBy(() -> insertEmbedding("embedding", vector("1,2")))
                .hasMessageContaining("embeddings_log_embedding_dim_check");

        insertEmbedding("embedding_dim, embedding_model, embedding", "2, 'other-model', " + vector("1,2"));
        assertThat(db().count("SELECT embedding_dim FROM embeddings_log")).isEqualTo(2);
    }

    @Test
    void a_document_of_another_dimension_is_refused() {
        assertThatThrownBy(() -> db().execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', "
                        + vector("1,2") + ")"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void responses_are_a_third_type_of_embedding_and_there_is_no_fourth() {
        db().execute("INSERT INTO embeddings_log (type, embedding) VALUES ('response', " + vector("1,2,3") + ")");
        assertThatThrownBy(() -> db().execute("INSERT INTO embeddings_log (type, embedding) VALUES ('image', "
                        + vector("1,2,3") + ")"))
                .hasMessageContaining("embeddings_log_type_check");
    }

    @Test
    void an_event_that_is_sent_twice_is_stored_once() {
        for (String table : List.of(
                "embeddings_log (event_id, timestamp, type, embedding)",
                "interaction_log (event_id, timestamp, topic)")) {
            String values = table.startsWith("e") ? "'query', " + vector("1,2,3") : "'music'";
            String insert = "INSERT INTO " + table
                    + " VALUES ('0190d7a4-0000-7000-8000-000000000001', '2026-03-04 12:00Z', " + values
                    + ") ON CONFLICT (" + key() + ") DO NOTHING;";
            db().execute(insert + insert);
        }
        assertThat(db().count("SELECT count(*) FROM embeddings_log")).isEqualTo(1);
        assertThat(db().count("SELECT count(*) FROM interaction_log")).isEqualTo(1);
    }

    @Test
    void rows_carry_the_transaction_that_wrote_them() throws SQLException {
        try (Connection connection = db().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', " + vector("1,2,3") + ")");
            statement.execute("INSERT INTO interaction_log DEFAULT VALUES");
            try (var row = statement.executeQuery(
                    "SELECT e.xact_id = i.xact_id AND e.xact_id = pg_current_xact_id() FROM embeddings_log e, interaction_log i")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getBoolean(1)).isTrue();
            }
        }
    }

    @Test
    void a_score_that_is_changed_in_place_is_noted_and_nothing_else_is() {
        db().execute(
                        """
                        INSERT INTO interaction_log (topic, user_feedback_score) VALUES ('changed', 0.5), ('same', 0.5), ('other', 0.5);
                        UPDATE interaction_log SET user_feedback_score = NULL WHERE topic = 'changed';
                        UPDATE interaction_log SET user_feedback_score = 0.5 WHERE topic = 'same';
                        UPDATE interaction_log SET session_id = 's' WHERE topic = 'other';
                        """);
        assertThat(
                        db().value(
                                        "SELECT string_agg(topic, ' ') FROM drift_feedback_changes JOIN interaction_log USING (interaction_id)"))
                .isEqualTo("changed");
    }

    @Test
    void the_scored_profiles_of_a_baseline_go_with_it() {
        db().execute(
                        """
                        INSERT INTO drift_baselines (stream, row_count, body) VALUES ('query_embeddings', 0, '');
                        INSERT INTO drift_scored_profiles (baseline_id, bucket_start, bucket_seconds, row_count, body)
                        SELECT id, now(), 900, 0, '' FROM drift_baselines;
                        DELETE FROM drift_baselines;
                        """);
        assertThat(db().count("SELECT count(*) FROM drift_scored_profiles")).isZero();
    }

    @Test
    void evidence_says_whether_it_is_an_alarm() {
        db().execute("INSERT INTO drift_evidence (stream, hypothesis, checked_at) VALUES ('refusals', 'limit', now())");
        assertThat(db().value("SELECT concat(alarm, log_alarm IS NULL) FROM drift_evidence"))
                .isEqualTo("ft");
    }

    @Test
    void setting_up_again_changes_nothing() {
        insertEmbedding("embedding", vector("1,2,3"));
        String before = Catalogue.of(db());
        db().setUp(3, db().vectorKind());
        assertThat(Catalogue.of(db())).isEqualTo(before);
        assertThat(db().count("SELECT count(*) FROM embeddings_log")).isEqualTo(1);
    }

    @Test
    void setting_up_again_takes_kind_and_dimension_from_the_catalogue() {
        String before = Catalogue.of(db());
        db().execute(SetupScript.text());
        db().execute("SET drift.pgvector = 'off';" + SetupScript.text());
        assertThat(Catalogue.of(db())).isEqualTo(before);
    }

    @Test
    void documents_without_rows_are_typed_anew_and_nothing_else_is_lost() {
        List<String> before = catalogue();
        db().execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', " + vector("1,2,3") + ")");
        for (int other : new int[] {5, 2_001}) {
            db().setUp(other, db().vectorKind());
            assertThat(db().count("SELECT embedding_dim FROM embeddings_log")).isEqualTo(3);
        }
        db().setUp(5, db().vectorKind());
        db().execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', " + vector("1,2,3,4,5")
                + ");" + "INSERT INTO embeddings_log (type, embedding) VALUES ('query', " + vector("1,2,3,4,5") + ")");
        assertThatThrownBy(() -> db().execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', "
                        + vector("1,2,3") + ")"))
                .isNotNull();

        db().execute("DELETE FROM documents");
        db().setUp(3, db().vectorKind());
        assertThat(catalogue()).isEqualTo(before);
        assertThat(db().count("SELECT sum(embedding_dim) FROM embeddings_log")).isEqualTo(8);
    }

    @Test
    void documents_beside_which_vectors_of_a_re_index_stand_keep_their_dimension() {
        db().execute("ALTER TABLE documents ADD embedding_previous real[]");
        try {
            assertThatThrownBy(() -> db().setUp(5, db().vectorKind()))
                    .hasMessageContaining("documents.embedding has 3 dimensions, not 5");
        } finally {
            db().execute("ALTER TABLE documents DROP embedding_previous");
        }
    }

    @Test
    void documents_that_are_in_use_keep_nobody_waiting_for_long() throws Exception {
        try (Connection app = db().dataSource().getConnection();
                Statement statement = app.createStatement()) {
            app.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM documents");
            assertThatThrownBy(() -> db().setUp(5, db().vectorKind()))
                    .hasMessageContaining("documents is in use, and is to be typed for 5 dimensions instead of 3");
        }
    }

    @Test
    void a_document_that_is_being_written_is_waited_for_and_keeps_its_dimension() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Connection app = db().dataSource().getConnection();
                Statement statement = app.createStatement()) {
            app.setAutoCommit(false);
            statement.execute(
                    "INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', " + vector("1,2,3") + ")");
            Future<?> setUp = other.submit(() -> db().setUp(5, db().vectorKind()));
            while (!setUp.isDone()
                    && db().count(
                                            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'documents'::regclass")
                            == 0) {
                Thread.sleep(10);
            }
            app.commit();
            assertThatThrownBy(setUp::get).hasMessageContaining("documents.embedding has 3 dimensions, not 5");
        } finally {
            other.shutdownNow();
        }
    }

    /** Without the numbers of things, and of the files that they are in. */
    private List<String> catalogue() {
        return Catalogue.of(db())
                .lines()
                .map(line -> line.replaceFirst("^( *[a-z]+) [0-9]+ ", "$1 "))
                .map(line -> line.replaceFirst("^(relation documents\\w* [a-z]) [0-9]+ ", "$1 "))
                .sorted()
                .toList();
    }

    @Test
    void setting_up_again_for_another_dimension_is_refused_with_the_remedy_where_there_are_documents() {
        db().execute("INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', " + vector("1,2,3") + ")");

        assertThatThrownBy(() -> db().setUp(5, db().vectorKind()))
                .hasMessageContaining("documents.embedding has 3 dimensions, not 5: set EMBEDDING_DIM=3");
    }

    @Test
    void setting_up_again_waits_for_no_open_transaction() throws SQLException {
        try (Connection app = db().dataSource().getConnection();
                Statement statement = app.createStatement()) {
            app.setAutoCommit(false);
            statement.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', " + vector("1,2,3") + ")");
            statement.execute("INSERT INTO interaction_log DEFAULT VALUES");
            statement.execute("INSERT INTO feedback_log (interaction_id, score) VALUES (gen_random_uuid(), 1)");
            statement.execute(
                    "INSERT INTO documents (source, content, embedding) VALUES ('s', 'c', " + vector("1,2,3") + ")");
            statement.execute("UPDATE drift_events SET resolved_at = now()");

            db().execute("SET lock_timeout = '5s';" + SetupScript.text());
            app.rollback();
        }
    }

    @Test
    void a_console_may_run_the_text_as_one_simple_query() throws SQLException {
        try (Connection console = java.sql.DriverManager.getConnection(db().jdbcUrl() + "&preferQueryMode=simple");
                Statement statement = console.createStatement()) {
            statement.execute(SetupScript.text());
        }
    }

    @Test
    void set_ups_at_the_same_time_all_succeed_and_leave_one_event() throws Exception {
        try (TestDatabase fresh =
                TestDatabase.empty().vectorKind(db().vectorKind()).open()) {
            ExecutorService pool = Executors.newFixedThreadPool(6);
            try {
                List<Future<?>> runs = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    runs.add(pool.submit(() -> fresh.setUp(3, fresh.vectorKind())));
                }
                for (Future<?> run : runs) {
                    run.get();
                }
            } finally {
                pool.shutdownNow();
            }
            assertThat(fresh.count("SELECT count(*) FROM drift_events WHERE kind = 'schema_setup'"))
                    .isEqualTo(1);
            assertThat(fresh.count("SELECT count(*) FROM drift_schema")).isEqualTo(1);
        }
    }

    private void insertEmbedding(String columns, String values) {
        db().execute("INSERT INTO embeddings_log (type, " + columns + ") VALUES ('query', " + values + ")");
    }
}
