package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A window is read through an index, whatever the history. */
class QueryPlanTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    @BeforeAll
    static void a_year_of_rows() {
        db.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT now() - n * INTERVAL '30 minutes', (ARRAY['query', 'doc', 'response'])[1 + n % 3], '{1,2,3}'
                FROM generate_series(1, 17520) n;
                INSERT INTO interaction_log (timestamp, user_feedback_score)
                SELECT now() - n * INTERVAL '30 minutes', CASE WHEN n % 3 = 0 THEN 0.5 END FROM generate_series(1, 17520) n;
                INSERT INTO feedback_log (timestamp, interaction_id, score)
                SELECT timestamp + n * INTERVAL '1 hour', interaction_id, 0.7 FROM interaction_log, generate_series(1, 4) n;
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                SELECT s, date_trunc('day', now()) - n * INTERVAL '15 minutes', 900, 1, ''::bytea
                FROM generate_series(1, 3840) n, unnest('{query_embeddings,interactions,feedback}'::text[]) s
                UNION ALL
                SELECT s, date_trunc('day', now()) - n * INTERVAL '1 day', 86400, 1, ''::bytea
                FROM generate_series(41, 840) n, unnest('{query_embeddings,interactions,feedback}'::text[]) s;
                ANALYZE;
                """);
    }

    private static String plan(String sql) throws SQLException {
        StringBuilder lines = new StringBuilder();
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN " + sql)) {
            while (rows.next()) {
                lines.append(rows.getString(1)).append('\n');
            }
        }
        return lines.toString();
    }

    @Test
    void a_window_of_embeddings() throws SQLException {
        assertThat(
                        plan(
                                """
                        SELECT embedding FROM embeddings_log
                        WHERE type = 'query' AND timestamp >= now() - INTERVAL '7 days' AND timestamp < now()
                        """))
                .contains("embeddings_log_timestamp_type_idx")
                .doesNotContain("Seq Scan");
    }

    @Test
    void a_window_of_flags() throws SQLException {
        assertThat(
                        plan(
                                """
                        SELECT count(*) FILTER (WHERE refusal_flag) FROM interaction_log
                        WHERE timestamp >= now() - INTERVAL '37 days' AND timestamp < now() - INTERVAL '30 days'
                        """))
                .contains("interaction_log_")
                .doesNotContain("Seq Scan");
    }

    @Test
    void a_window_of_feedback_that_is_short_against_the_history() throws SQLException {
        assertThat(
                        plan(
                                """
                        SELECT avg(score) FROM feedback_scores
                        WHERE interaction_time >= now() - INTERVAL '1 day' AND interaction_time < now()
                        """))
                .contains("interaction_log_", "feedback_log_latest_idx")
                .doesNotContain("Seq Scan");
    }

    /** What upkeep asks over all streams. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT bucket_start FROM drift_profiles WHERE bucket_seconds = 900 AND bucket_start >= '-infinity'"
                        + " AND bucket_start < now() - INTERVAL '38 days' ORDER BY bucket_start LIMIT 1",
                "SELECT DISTINCT stream, embedding_model, segment FROM drift_profiles WHERE bucket_seconds = 900"
                        + " AND bucket_start >= now() - INTERVAL '40 days' AND bucket_start < now() - INTERVAL '39 days'",
                "SELECT ctid FROM drift_profiles WHERE bucket_seconds = 86400"
                        + " AND bucket_start < now() - INTERVAL '800 days' LIMIT 20000",
                "SELECT max(bucket_start) FROM drift_profiles WHERE bucket_seconds = 86400"
                        + " AND bucket_start > now() - INTERVAL '60 days' AND bucket_start < now() - INTERVAL '38 days'"
            })
    void profiles_by_their_age(String sql) throws SQLException {
        assertThat(plan(sql)).contains("drift_profiles_age_idx").doesNotContain("Seq Scan");
    }
}
