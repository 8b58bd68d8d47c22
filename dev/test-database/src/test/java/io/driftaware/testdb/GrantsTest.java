package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    private static final String LOG_ONE_OF_EACH =
            """
            INSERT INTO embeddings_log (event_id, type, embedding) VALUES (gen_random_uuid(), 'query', '{1,2,3}')
                ON CONFLICT (event_id) DO NOTHING;
            INSERT INTO interaction_log (user_query) VALUES ('q');
            INSERT INTO feedback_log (interaction_id, score) VALUES (gen_random_uuid(), 0.5);
            """;

    @BeforeAll
    static void the_roles_are_there() {
        Rights.assumeOurRolesCanBeTaken(db);
    }

    @BeforeEach
    void one_row_of_each() {
        db.reset();
        db.execute(LOG_ONE_OF_EACH);
    }

    private static void as(String role, String sql) {
        db.execute("SET ROLE " + role + ";" + sql);
    }

    private static void assertDenied(String role, String sql) {
        assertThatThrownBy(() -> as(role, sql)).as(sql).hasMessageContaining("permission denied");
    }

    @Test
    void the_writer_logs() {
        as("drift_writer", LOG_ONE_OF_EACH + "SELECT max(schema_version) FROM drift_schema");
        assertThat(db.count("SELECT count(*) FROM embeddings_log")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT user_query FROM interaction_log",
                "SELECT embedding FROM embeddings_log",
                "SELECT score FROM feedback_log",
                "DELETE FROM interaction_log",
                "UPDATE interaction_log SET topic = 'x'",
                "TRUNCATE embeddings_log",
                "SELECT * FROM documents",
                "SELECT * FROM feedback_scores",
                "SELECT * FROM drift_events",
                "INSERT INTO drift_events (kind) VALUES ('x')",
                "INSERT INTO drift_schema VALUES ('9', 9)",
                "SELECT cleanup_old_data(0)"
            })
    void the_writer_neither_reads_nor_changes(String sql) {
        assertDenied("drift_writer", sql);
    }

    @Test
    void the_monitor_reads_the_logs_and_keeps_its_own_tables() {
        as(
                "drift_monitor",
                """
                SELECT * FROM embeddings_log, interaction_log, feedback_log, documents, recent_drift_metrics, feedback_scores;
                WITH event AS (INSERT INTO drift_events (kind) VALUES ('embedding_drift') RETURNING id)
                INSERT INTO drift_episodes (stream, opened_at, last_seen_at, event_id)
                SELECT 'query_embeddings', now(), now(), id FROM event;
                UPDATE drift_events SET resolved_at = now(), episode_id = 1;
                UPDATE drift_episodes SET closed_at = now();
                INSERT INTO drift_actions (action, kind) VALUES ('log', 'notify');
                INSERT INTO drift_action_episodes SELECT a.id, e.id FROM drift_actions a, drift_episodes e;
                INSERT INTO model_versions (model_name, active) VALUES ('retrain_1', false);
                INSERT INTO drift_monitor_state (key, value) VALUES ('k', '{}')
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
                INSERT INTO drift_baselines (stream, row_count, body) VALUES ('query_embeddings', 0, '');
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                    VALUES ('query_embeddings', now(), 900, 0, '');
                INSERT INTO drift_scored_profiles (baseline_id, bucket_start, bucket_seconds, row_count, body)
                    SELECT id, now(), 900, 0, '' FROM drift_baselines;
                INSERT INTO drift_feedback_state (interaction_row, source, interaction_id, interaction_time)
                    VALUES (1, 'user', gen_random_uuid(), now())
                    ON CONFLICT (interaction_row, source) DO UPDATE SET score = excluded.score;
                DELETE FROM drift_feedback_changes;
                INSERT INTO drift_evidence (stream, hypothesis, checked_at) VALUES ('refusals', 'limit', now());
                INSERT INTO drift_checkpoints (reader, xact_id, row_id) VALUES ('embeddings', pg_current_xact_id(), 0);
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO interaction_log (topic) VALUES ('x')",
                "UPDATE interaction_log SET topic = 'x'",
                "DELETE FROM drift_events",
                "DELETE FROM documents",
                "INSERT INTO drift_schema VALUES ('9', 9)"
            })
    void the_monitor_writes_no_log_and_deletes_no_event(String sql) {
        assertDenied("drift_monitor", sql);
    }

    @Test
    void whoever_may_change_a_score_need_have_no_right_on_the_journal() {
        db.execute(
                """
                GRANT UPDATE (user_feedback_score), SELECT ON interaction_log TO drift_writer;
                SET ROLE drift_writer;
                UPDATE interaction_log SET user_feedback_score = 0.4;
                RESET ROLE;
                REVOKE UPDATE (user_feedback_score), SELECT ON interaction_log FROM drift_writer;
                GRANT SELECT (event_id) ON interaction_log TO drift_writer;
                """);
        assertThat(db.count("SELECT count(*) FROM drift_feedback_changes")).isEqualTo(1);
        assertDenied("drift_writer", "INSERT INTO drift_feedback_changes (interaction_id) VALUES (gen_random_uuid())");
    }

    @Test
    void a_temporary_table_does_not_take_the_journal_s_place() {
        db.execute(
                """
                CREATE TEMPORARY TABLE drift_feedback_changes (id bigserial, interaction_id uuid);
                UPDATE interaction_log SET user_feedback_score = 0.4;
                """);
        assertThat(db.count("SELECT count(*) FROM drift_feedback_changes")).isEqualTo(1);
    }

    @Test
    void the_reader_reads() {
        as(
                "drift_reader",
                "SELECT * FROM embeddings_log, interaction_log, feedback_log, documents, drift_events, drift_episodes,"
                        + " drift_actions, model_versions, recent_drift_metrics, feedback_scores, drift_schema");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO interaction_log (topic) VALUES ('x')",
                "DELETE FROM embeddings_log",
                "UPDATE drift_episodes SET closed_at = now()",
                "SELECT cleanup_old_data(0)"
            })
    void the_reader_changes_nothing(String sql) {
        assertDenied("drift_reader", sql);
    }
}
