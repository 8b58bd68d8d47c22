package io.driftaware.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SQL of docs/runbooks.md runs against the schema as it is, and finds what it is there to find. */
abstract class RunbookSqlContract {
    private static final int DIMENSION = 3;

    private final TestDatabase db;
    private final Runbooks runbooks;

    RunbookSqlContract(TestDatabase db) {
        this.db = db;
        this.runbooks = new Runbooks();
    }

    static TestDatabase database(VectorKind kind) {
        return TestDatabase.withSchema(DIMENSION).vectorKind(kind);
    }

    @BeforeEach
    void one_row_of_everything() {
        db.reset();
        String vector = db.vectorKind() == VectorKind.VECTOR ? "'[1, 0, 1]'" : "'{1, 0, 1}'";
        db.execute(
                """
                INSERT INTO interaction_log (user_query, refusal_flag, toxicity_flag, user_feedback_score)
                VALUES ('how?', true, true, 0.5);
                INSERT INTO embeddings_log (type, embedding, embedding_model, interaction_id)
                SELECT 'query', %s, 'text-embedding-3-small', interaction_id FROM interaction_log
                """
                        .formatted(vector));
        try (DriftMonitor monitor = DriftMonitor.builder(db.dataSource())
                .config(MonitorConfig.builder().embeddingDim(DIMENSION).build())
                .build()) {
            monitor.checkOnce();
        }
    }

    @Test
    void every_statement_runs() {
        assertThat(runbooks.sql())
                .hasSizeGreaterThan(10)
                .filteredOn(sql -> db.vectorKind() == VectorKind.VECTOR || !sql.contains("needs pgvector"))
                .allSatisfy(sql -> assertThatCode(() -> db.execute(sql)).doesNotThrowAnyException());
    }

    @Test
    void the_last_report_is_there_in_words() {
        assertThat(rows(runbooks.sqlOf("How to look")))
                .as("one row for each stream")
                .isEqualTo(7);
    }

    @Test
    void the_holder_of_the_lead_is_found() throws SQLException {
        String sql = runbooks.sqlOf("DriftNoLeader");

        assertThat(rows(sql)).isZero();
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.lead()).isPresent();
            assertThat(rows(sql)).isEqualTo(1);
        }
    }

    @Test
    void unusable_vectors_are_found_and_usable_ones_are_not() {
        String sql = runbooks.sqlOf("DriftRowsRejected");
        String tooLong = db.vectorKind() == VectorKind.VECTOR ? "'[0, 2e6, 0]'" : "'{0, 2e6, 0}'";

        assertThat(rows(sql)).isZero();
        db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', " + tooLong + ")");
        assertThat(rows(sql)).isEqualTo(1);
        if (db.vectorKind() == VectorKind.ARRAY) {
            db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', '{NaN, 0, 1}')");
            db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', '{1, -Infinity, 1}')");
            assertThat(rows(sql)).isEqualTo(3);
        }
    }

    private long rows(String sql) {
        return db.count("SELECT count(*) FROM (" + sql.strip().replaceFirst(";$", "") + ") AS found");
    }
}
