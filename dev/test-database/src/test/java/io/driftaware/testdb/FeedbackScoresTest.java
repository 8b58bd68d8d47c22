package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FeedbackScoresTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final String ID = "0190d7a4-0000-7000-8000-00000000000a";

    @AfterEach
    void empty() {
        db.reset();
    }

    private static void interaction(String score) {
        db.execute("INSERT INTO interaction_log (interaction_id, timestamp, user_feedback_score) VALUES ('" + ID
                + "', '2026-03-01 12:00Z', " + score + ")");
    }

    private static void feedback(String time, String source, String score) {
        db.execute("INSERT INTO feedback_log (timestamp, interaction_id, source, score) VALUES ('" + time + "', '" + ID
                + "', '" + source + "', " + score + ")");
    }

    private static String scores() {
        return String.valueOf(
                db.value("SELECT string_agg(source || '=' || score, ' ' ORDER BY source) FROM feedback_scores"));
    }

    @Test
    void the_row_s_own_score_counts_as_the_user_s() {
        interaction("0.40");
        assertThat(scores()).isEqualTo("user=0.40");
    }

    @Test
    void a_late_score_of_the_user_takes_the_place_of_the_row_s_own() {
        interaction("0.40");
        feedback("2026-03-09 08:00Z", "user", "0.90");
        assertThat(scores()).isEqualTo("user=0.90");
    }

    @Test
    void the_latest_score_counts_whatever_the_order_of_arrival() {
        interaction("NULL");
        feedback("2026-03-03 08:00Z", "user", "0.30");
        feedback("2026-03-02 08:00Z", "user", "0.80");
        assertThat(scores()).isEqualTo("user=0.30");
    }

    @Test
    void of_two_scores_at_the_same_time_the_one_stored_last_counts() {
        interaction("NULL");
        feedback("2026-03-03 08:00Z", "user", "0.30");
        feedback("2026-03-03 08:00Z", "user", "0.70");
        assertThat(scores()).isEqualTo("user=0.70");
    }

    @Test
    void every_source_counts_once() {
        interaction("0.40");
        feedback("2026-03-02 08:00Z", "judge", "0.10");
        feedback("2026-03-03 08:00Z", "judge", "0.20");
        assertThat(scores()).isEqualTo("judge=0.20 user=0.40");
    }

    @Test
    void feedback_before_its_interaction_counts_once_the_interaction_is_there() {
        feedback("2026-03-01 11:59Z", "user", "0.60");
        assertThat(scores()).isEqualTo("null");
        interaction("NULL");
        assertThat(scores()).isEqualTo("user=0.60");
    }

    @Test
    void scores_stand_at_the_time_of_their_interaction() {
        interaction("NULL");
        feedback("2026-04-20 08:00Z", "user", "0.60");
        assertThat(db.count("SELECT count(*) FROM feedback_scores WHERE interaction_time = '2026-03-01 12:00Z'"))
                .isEqualTo(1);
    }
}
