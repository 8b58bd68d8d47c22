package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecentDriftMetricsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @AfterEach
    void empty() {
        db.reset();
    }

    private static void interaction(String age, String refusal, String toxic, String score) {
        db.execute("INSERT INTO interaction_log (timestamp, refusal_flag, toxicity_flag, user_feedback_score) VALUES"
                + " (now() - INTERVAL '" + age + "', " + refusal + ", " + toxic + ", " + score + ")");
    }

    private static String metric(String column) {
        return String.valueOf(db.value("SELECT round(" + column + ", 4) FROM recent_drift_metrics"));
    }

    @Test
    void the_columns_are_the_original_s() {
        assertThat(
                        db.value(
                                """
                        SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum)
                        FROM pg_attribute WHERE attrelid = 'recent_drift_metrics'::regclass
                        """))
                .isEqualTo("week_ago timestamp with time zone, month_ago timestamp with time zone,"
                        + " recent_query_count bigint, recent_interaction_count bigint, recent_refusal_rate numeric,"
                        + " recent_toxicity_rate numeric, recent_accuracy numeric, baseline_accuracy numeric");
    }

    @Test
    void an_unknown_flag_leaves_the_denominator() {
        interaction("1 hour", "true", "NULL", "NULL");
        interaction("2 hours", "false", "false", "NULL");
        interaction("3 hours", "false", "true", "NULL");
        interaction("4 hours", "NULL", "NULL", "NULL");
        assertThat(metric("recent_refusal_rate")).isEqualTo("0.3333");
        assertThat(metric("recent_toxicity_rate")).isEqualTo("0.5000");
        assertThat(metric("recent_interaction_count")).isEqualTo("4.0000");
    }

    @Test
    void without_rows_the_rates_are_null_and_not_zero() {
        assertThat(metric("recent_refusal_rate")).isEqualTo("null");
        assertThat(metric("recent_accuracy")).isEqualTo("null");
        assertThat(metric("recent_query_count")).isEqualTo("0.0000");
    }

    @Test
    void windows_leave_out_their_end() {
        interaction("7 days 1 minute", "true", "true", "0.1");
        interaction("-1 minute", "true", "true", "0.1");
        interaction("6 days 23 hours", "false", "false", "0.8");
        interaction("29 days 23 hours", "false", "false", "0.1");
        interaction("30 days 1 minute", "false", "false", "0.6");
        interaction("36 days 23 hours", "false", "false", "0.4");
        interaction("37 days 1 minute", "false", "false", "0.1");
        assertThat(metric("recent_refusal_rate")).isEqualTo("0.0000");
        assertThat(metric("recent_accuracy")).isEqualTo("0.8000");
        assertThat(metric("baseline_accuracy")).isEqualTo("0.5000");
    }

    @Test
    void late_feedback_counts_by_the_time_of_its_interaction() {
        interaction("33 days", "false", "false", "NULL");
        db.execute("INSERT INTO feedback_log (interaction_id, score) SELECT interaction_id, 0.7 FROM interaction_log");
        assertThat(metric("baseline_accuracy")).isEqualTo("0.7000");
        assertThat(metric("recent_accuracy")).isEqualTo("null");
    }
}
