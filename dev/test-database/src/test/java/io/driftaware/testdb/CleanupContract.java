package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two cleanups, of plain logs and of partitioned ones. */
abstract class CleanupContract {
    abstract TestDatabase db();

    @BeforeEach
    void a_row_of_each_log_every_ten_days_for_a_hundred_days() {
        db().reset();
        db().execute(
                        """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT now() - n * INTERVAL '10 days' - INTERVAL '1 hour', 'query', '{1,2,3}' FROM generate_series(1, 10) n;
                INSERT INTO interaction_log (timestamp)
                SELECT now() - n * INTERVAL '10 days' - INTERVAL '1 hour' FROM generate_series(1, 10) n;
                INSERT INTO feedback_log (timestamp, interaction_id, score)
                SELECT timestamp, interaction_id, 0.5 FROM interaction_log;
                """);
    }

    @Test
    void cleanup_old_data_deletes_embeddings_alone_and_returns_how_many() {
        assertThat(db().count("SELECT cleanup_old_data(30)")).isEqualTo(8);
        assertThat(db().count("SELECT count(*) FROM embeddings_log")).isEqualTo(2);
        assertThat(db().count("SELECT count(*) FROM interaction_log")).isEqualTo(10);
        assertThat(db().count("SELECT count(*) FROM feedback_log")).isEqualTo(10);
    }

    @Test
    void cleanup_old_data_keeps_ninety_days_unless_told_otherwise_and_takes_the_name_of_its_argument() {
        assertThat(db().count("SELECT cleanup_old_data()")).isEqualTo(2);
        assertThat(db().count("SELECT cleanup_old_data(days_to_keep => 50)")).isEqualTo(4);
    }

    @Test
    void cleanup_old_interactions_takes_their_feedback_along_and_leaves_embeddings() {
        assertThat(db().count("SELECT cleanup_old_interactions(30)")).isEqualTo(8);
        assertThat(db().count("SELECT count(*) FROM interaction_log")).isEqualTo(2);
        assertThat(db().count("SELECT count(*) FROM feedback_log")).isEqualTo(2);
        assertThat(db().count("SELECT count(*) FROM embeddings_log")).isEqualTo(10);
    }

    @Test
    void cleanup_old_interactions_keeps_fresh_feedback_whose_interaction_is_still_to_come() {
        db().execute("INSERT INTO feedback_log (interaction_id, score) VALUES (gen_random_uuid(), 1)");
        db().execute("SELECT cleanup_old_interactions(5)");
        assertThat(db().count("SELECT count(*) FROM interaction_log")).isZero();
        assertThat(db().count("SELECT count(*) FROM feedback_log")).isEqualTo(1);
    }

    /** As a monitor does that has read every log up to this row; of a log's rows the older ones have the higher ids here. */
    void readUpTo(long row) {
        db().execute(
                        """
                INSERT INTO drift_checkpoints (reader, xact_id, row_id)
                SELECT reader, (SELECT max(xact_id) FROM embeddings_log), %d
                FROM unnest('{embeddings,interactions,feedback_of_interactions,feedback}'::text[]) AS reader
                ON CONFLICT (reader) DO UPDATE SET xact_id = EXCLUDED.xact_id, row_id = EXCLUDED.row_id
                """
                                .formatted(row));
    }

    /** What a statement warns of. */
    String warningsOf(String sql) throws SQLException {
        StringBuilder warnings = new StringBuilder();
        try (Connection connection = db().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                warnings.append(warning.getMessage()).append('\n');
            }
        }
        return warnings.toString();
    }

    @Test
    void rows_that_the_monitor_has_not_read_stay_and_are_warned_of() throws SQLException {
        readUpTo(7);
        assertThat(warningsOf("SELECT cleanup_old_data(30)"))
                .containsPattern("embeddings_log(_before|_default)? has rows before [-0-9]+ ")
                .contains("that the monitor has not read: they stay until a check");
        assertThat(db().value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM embeddings_log"))
                .isEqualTo("1 2 8 9 10");
        assertThat(warningsOf("SELECT cleanup_old_interactions(30)"))
                .containsPattern("interaction_log(_before|_default)? has rows before ");
        assertThat(db().value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM interaction_log"))
                .isEqualTo("1 2 8 9 10");
        assertThat(db().count("SELECT count(*) FROM feedback_log")).isEqualTo(5);

        readUpTo(10);
        assertThat(warningsOf("SELECT cleanup_old_data(30)")).isEmpty();
        assertThat(db().count("SELECT cleanup_old_interactions(30)")).isEqualTo(3);
        assertThat(db().count("SELECT count(*) FROM embeddings_log")).isEqualTo(2);
        assertThat(db().count("SELECT count(*) FROM feedback_log")).isEqualTo(2);
    }

    @Test
    void a_reader_that_has_not_begun_has_read_nothing() {
        readUpTo(10);
        db().execute("DELETE FROM drift_checkpoints WHERE reader IN ('embeddings', 'feedback_of_interactions')");
        assertThat(db().count("SELECT cleanup_old_data(0)")).isZero();
        assertThat(db().count("SELECT cleanup_old_interactions(0)")).isZero();
    }

    @Test
    void an_interaction_stays_while_a_score_of_it_is_still_to_be_read() {
        readUpTo(10);
        db().execute(
                        """
                INSERT INTO feedback_log (interaction_id, score, source)
                SELECT interaction_id, 1, 'judge' FROM interaction_log WHERE id = 9;
                UPDATE interaction_log SET user_feedback_score = 0.5 WHERE id = 8;
                """);
        assertThat(db().count("SELECT cleanup_old_interactions(30)")).isEqualTo(6);
        assertThat(db().value("SELECT string_agg(id::text, ' ' ORDER BY id) FROM interaction_log"))
                .isEqualTo("1 2 8 9");
    }

    @Test
    void in_a_database_that_came_from_another_cluster_nothing_counts_as_read() {
        readUpTo(10);
        db().execute("UPDATE drift_checkpoints SET system_identifier = '1'");
        assertThat(db().count("SELECT cleanup_old_data(0)")).isZero();
        db().execute("UPDATE drift_checkpoints SET system_identifier = NULL;"
                + "UPDATE drift_checkpoints SET xact_id = (pg_current_xact_id()::text::bigint + 1000000)::text::xid8"
                + " WHERE reader = 'feedback'");
        assertThat(db().count("SELECT cleanup_old_data(0)")).isZero();
        assertThat(db().count("SELECT cleanup_old_interactions(0)")).isZero();
        readUpTo(10);
        assertThat(db().count("SELECT cleanup_old_data(0)")).isEqualTo(10);
    }

    @Test
    void negative_days_are_refused() {
        assertThatThrownBy(() -> db().execute("SELECT cleanup_old_data(-1)"))
                .hasMessageContaining("days_to_keep is -1: give 0 or more");
        assertThatThrownBy(() -> db().execute("SELECT cleanup_old_interactions(-1)"))
                .hasMessageContaining("days_to_keep is -1");
    }

    @Test
    void the_monitor_s_role_may_clean_up() {
        Rights.assumeOurRolesCanBeTaken(db());
        assertThat(db().count("SET ROLE drift_monitor; SELECT cleanup_old_data(30)"))
                .isEqualTo(8);
        assertThat(db().count("SET ROLE drift_monitor; SELECT cleanup_old_interactions(30)"))
                .isEqualTo(8);
    }
}
