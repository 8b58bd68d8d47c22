package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaCheckTest {
    private final TestDatabase db = TestDatabase.empty();

    @BeforeEach
    void open() {
        db.open();
    }

    @AfterEach
    void close() {
        db.close();
    }

    private SchemaState inspect() throws SQLException {
        return SchemaCheck.inspect(db.dataSource());
    }

    private void setUp(int dimension) throws SQLException {
        SchemaSetup.run(db.dataSource(), dimension, db.hasPgvector());
    }

    @Test
    void an_empty_database_is_told_to_be_setUp() throws SQLException {
        assertThat(inspect().absent()).isTrue();
        assertThat(inspect().problem(OptionalInt.of(1536)))
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("no Drift-Aware schema").contains("init-db"));
    }

    @Test
    void a_schema_that_was_set_up_twice_has_no_problem() throws SQLException {
        setUp(7);
        setUp(7);

        assertThat(inspect().problem(OptionalInt.of(7))).isEmpty();
        assertThat(inspect().dimension()).hasValue(7);
        assertThat(inspect().vectorKind()).contains(db.hasPgvector() ? VectorKind.VECTOR : VectorKind.ARRAY);
        assertThat(inspect().problem(OptionalInt.empty())).isEmpty();
        assertThat(inspect().problem(OptionalInt.of(8))).hasValueSatisfying(problem -> assertThat(problem)
                .contains("7 dimensions")
                .contains("EMBEDDING_DIM (embeddingDim in code) is 8")
                .contains("set EMBEDDING_DIM=7"));
    }

    @Test
    void a_schema_without_pgvector_knows_its_dimension_too() throws SQLException {
        SchemaSetup.run(db.dataSource(), 9, false);

        assertThat(inspect().vectorKind()).contains(VectorKind.ARRAY);
        assertThat(inspect().dimension()).hasValue(9);
    }

    @Test
    void set_up_with_another_dimension_is_refused_in_one_line_and_leaves_the_connection_clean() throws SQLException {
        setUp(7);
        db.execute("INSERT INTO documents (source, content, embedding) SELECT 's', 'c', array_fill(1, '{7}')");
        SQLException refused = catchThrowableOfType(SQLException.class, () -> setUp(8));

        assertThat(DatabaseErrors.explain(refused, "init-db"))
                .startsWith("init-db: ")
                .contains("set EMBEDDING_DIM=7")
                .doesNotContain("\n");
        assertThat(inspect().problem(OptionalInt.of(7))).isEmpty();
    }

    @Test
    void a_newer_schema_is_refused() throws SQLException {
        setUp(7);
        db.execute("INSERT INTO drift_schema (version, schema_version) VALUES ('9.0.0', 2)");

        assertThat(inspect().problem(OptionalInt.of(7)))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("version 2").contains("use a newer Drift-Aware"));
    }

    @Test
    void a_missing_table_is_named() throws SQLException {
        setUp(7);
        db.execute("DROP TABLE drift_monitor_state");

        assertThat(inspect().problem(OptionalInt.of(7)))
                .contains("the schema lacks drift_monitor_state: run init-db again");
    }

    @Test
    void the_originals_own_schema_is_told_to_be_upgraded() throws SQLException {
        db.execute("CREATE TABLE documents (id bigserial); CREATE TABLE embeddings_log (embedding real[])");

        assertThat(inspect().problem(OptionalInt.of(7))).isPresent();
    }

    @Test
    void an_old_server_is_refused() {
        SchemaState old =
                new SchemaState(130_011, List.of(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), false);

        assertThat(old.problem(OptionalInt.of(7)))
                .contains("PostgreSQL 13 is too old, Drift-Aware needs 14 or newer: upgrade the"
                        + " server or use another");
    }

    @Test
    void the_schema_of_an_earlier_build_is_named_and_brought_up_with_its_rows() throws SQLException {
        setUp(7);
        db.execute(
                """
                INSERT INTO drift_actions (action, kind, state) VALUES ('webhook', 'reindex', 'SUCCEEDED');
                ALTER TABLE drift_actions DROP COLUMN finished_at, DROP COLUMN outcome, DROP COLUMN outcome_at,
                                          DROP COLUMN reported_at, DROP COLUMN began_at;
                ALTER TABLE drift_action_episodes DROP COLUMN outcome, DROP COLUMN outcome_at
                """);
        assertThat(inspect().problem(OptionalInt.of(7)))
                .contains(
                        "the schema lacks drift_action_episodes.outcome, drift_action_episodes.outcome_at, drift_actions.began_at, drift_actions.finished_at, drift_actions.outcome, drift_actions.outcome_at,"
                                + " drift_actions.reported_at: run init-db again");

        setUp(7);

        assertThat(inspect().problem(OptionalInt.of(7))).isEmpty();
        assertThat(db.value("SELECT state || (finished_at IS NULL) || (outcome IS NULL) FROM drift_actions"))
                .as("what nobody timed is never judged")
                .isEqualTo("SUCCEEDEDtruetrue");
    }

    /** Actions 1 and 2 were judged by a version that kept an outcome of the action alone; 3 by this one, which waits for episode 4. */
    @Test
    void outcomes_of_actions_alone_become_those_of_their_episodes_once() throws SQLException {
        setUp(7);
        db.execute(
                """
                INSERT INTO drift_episodes (id, stream, opened_at, last_seen_at, closed_at, details)
                VALUES (1, 'refusals', '2026-03-01', '2026-03-05', '2026-03-05', '{"closed_because": "recovered"}'),
                       (2, 'toxicity', '2026-03-01', '2026-03-20', '2026-03-20', '{"closed_because": "recovered"}'),
                       (3, 'query_embeddings', '2026-03-01', '2026-03-05', '2026-03-05',
                        '{"closed_because": "the embedding model changed"}'),
                       (4, 'feedback', '2026-03-01', '2026-03-20', NULL, '{}');
                INSERT INTO drift_actions (id, action, kind, state, finished_at, outcome, outcome_at)
                VALUES (1, 'a', 'retrain', 'SUCCEEDED', '2026-03-02', 'INEFFECTIVE', '2026-03-10'),
                       (2, 'a', 'retrain', 'SUCCEEDED', '2026-03-02', 'VERIFIED', '2026-03-05'),
                       (3, 'a', 'retrain', 'SUCCEEDED', '2026-03-02', 'INEFFECTIVE', '2026-03-10');
                INSERT INTO drift_action_episodes (action_id, episode_id, outcome)
                VALUES (1, 1, NULL), (1, 2, NULL), (2, 1, NULL), (2, 3, NULL), (3, 2, 'INEFFECTIVE'), (3, 4, NULL)
                """);

        for (int run = 0; run < 2; run++) {
            setUp(7);

            assertThat(
                            db.value(
                                    """
                                    SELECT string_agg(action_id || '/' || episode_id || ' ' || COALESCE(outcome, '-'), ', '
                                                      ORDER BY action_id, episode_id)
                                    FROM drift_action_episodes
                                    """))
                    .isEqualTo("1/1 VERIFIED, 1/2 INEFFECTIVE, 2/1 VERIFIED, 2/3 UNCLEAR, 3/2 INEFFECTIVE, 3/4 -");
            assertThat(db.value("SELECT string_agg(outcome, ' ' ORDER BY id) FROM drift_actions"))
                    .isEqualTo("INEFFECTIVE UNCLEAR INEFFECTIVE");
        }
    }
}
