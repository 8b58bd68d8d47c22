package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
