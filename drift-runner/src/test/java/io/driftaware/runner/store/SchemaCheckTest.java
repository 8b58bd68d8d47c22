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
        assertThat(inspect().problem(1536))
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("no Drift-Aware schema").contains("init-db"));
    }

    @Test
    void a_schema_that_was_set_up_twice_has_no_problem() throws SQLException {
        setUp(7);
        setUp(7);

        assertThat(inspect().problem(7)).isEmpty();
        assertThat(inspect().dimension()).hasValue(7);
        assertThat(inspect().vectorKind()).contains(db.hasPgvector() ? VectorKind.VECTOR : VectorKind.ARRAY);
        assertThat(inspect().problem(8)).hasValueSatisfying(problem -> assertThat(problem)
                .contains("7 dimensions")
                .contains("EMBEDDING_DIM is 8")
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
        SQLException refused = catchThrowableOfType(SQLException.class, () -> setUp(8));

        assertThat(DatabaseErrors.explain(refused, "init-db"))
                .startsWith("init-db: ")
                .contains("set EMBEDDING_DIM=7")
                .doesNotContain("\n");
        assertThat(inspect().problem(7)).isEmpty();
    }

    @Test
    void a_newer_schema_is_refused() throws SQLException {
        setUp(7);
        db.execute("INSERT INTO drift_schema (version, schema_version) VALUES ('9.0.0', 2)");

        assertThat(inspect().problem(7))
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("version 2").contains("use a newer Drift-Aware"));
    }

    @Test
    void a_missing_table_is_named() throws SQLException {
        setUp(7);
        db.execute("DROP TABLE drift_monitor_state");

        assertThat(inspect().problem(7)).contains("the schema lacks drift_monitor_state: run init-db again");
    }

    @Test
    void the_originals_own_schema_is_told_to_be_upgraded() throws SQLException {
        db.execute("CREATE TABLE documents (id bigserial); CREATE TABLE embeddings_log (embedding real[])");

        assertThat(inspect().problem(7)).isPresent();
    }

    @Test
    void an_old_server_is_refused() {
        SchemaState old =
                new SchemaState(130_011, List.of(), OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), false);

        assertThat(old.problem(7))
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
                                          DROP COLUMN reported_at, DROP COLUMN began_at
                """);
        assertThat(inspect().problem(7))
                .contains(
                        "the schema lacks drift_actions.began_at, drift_actions.finished_at, drift_actions.outcome, drift_actions.outcome_at,"
                                + " drift_actions.reported_at: run init-db again");

        setUp(7);

        assertThat(inspect().problem(7)).isEmpty();
        assertThat(db.value("SELECT state || (finished_at IS NULL) || (outcome IS NULL) FROM drift_actions"))
                .as("what nobody timed is never judged")
                .isEqualTo("SUCCEEDEDtruetrue");
    }
}
