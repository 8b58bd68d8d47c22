package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Scores before, after, twice, changed and withdrawn. */
class FeedbackReadingTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final String ID = "0190d7a4-0000-7000-8000-00000000000a";

    private final CheckReading reading = new CheckReading(db, NOW);
    private final Ledger ledger = new Ledger(db);

    @BeforeEach
    void reset() {
        db.reset();
    }

    private static void interaction(String score) {
        db.execute("INSERT INTO interaction_log (interaction_id, timestamp, user_feedback_score, tenant) VALUES ('" + ID
                + "', '2026-03-04T11:05Z', " + score + ", 'shop')");
    }

    private static void feedback(String time, String source, String score) {
        db.execute("INSERT INTO feedback_log (timestamp, interaction_id, source, score) VALUES ('" + time + "', '" + ID
                + "', '" + source + "', " + score + ")");
    }

    private Tally.Scores read() throws SQLException {
        Intake.Taken taken = reading.read();
        assertThat(taken.failures()).isEmpty();
        ledger.assertBalanced();
        return taken.tally().feedback();
    }

    @Test
    void before_its_interaction() throws SQLException {
        feedback("2026-03-04T11:06Z", "user", "0.30");
        assertThat(read().count()).isZero();
        interaction("NULL");
        assertThat(read().hundredths()[30]).isEqualTo(1);
        assertThat(read().count()).isZero();
    }

    @Test
    void after_it_and_again_by_the_same_and_by_another_source() throws SQLException {
        interaction("0.40");
        assertThat(read().hundredths()[40]).isEqualTo(1);
        feedback("2026-03-04T11:06Z", "user", "0.90");
        assertThat(read().count())
                .as("a second score of one source is no new vote")
                .isZero();
        feedback("2026-03-04T11:05Z", "user", "0.10");
        assertThat(read().count()).as("an older score changes nothing").isZero();
        feedback("2026-03-04T11:07Z", "judge", "0.50");
        assertThat(read().hundredths()[50]).isEqualTo(1);
    }

    @Test
    void all_of_it_between_two_checks() throws SQLException {
        interaction("0.40");
        feedback("2026-03-04T11:06Z", "user", "0.90");
        feedback("2026-03-04T11:08Z", "user", "0.70");
        assertThat(read().hundredths()[70]).isEqualTo(1);
    }

    @Test
    void changed_in_place_withdrawn_and_given_anew() throws SQLException {
        interaction("0.40");
        read();
        for (String score : new String[] {"0.60", "NULL", "0.80", "0.80", "NULL"}) {
            db.execute("UPDATE interaction_log SET user_feedback_score = " + score);
            assertThat(read().count()).as(score).isZero();
        }
        assertThat(db.count("SELECT count(*) FROM drift_feedback_changes")).isZero();
    }

    @Test
    void changed_back_before_anybody_has_looked() throws SQLException {
        interaction("0.40");
        read();
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.60");
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.40");
        assertThat(read().count()).isZero();
    }

    @Test
    void changed_together_with_the_time_of_its_interaction() throws SQLException {
        interaction("0.40");
        reading.read();
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.60, timestamp = '2026-03-04T09:00Z'");
        reading.read();
        assertThat(db.value("SELECT interaction_time FROM drift_feedback_state WHERE score = 0.60"))
                .isNotNull();
    }

    @Test
    void in_a_range_that_is_not_expected() throws SQLException {
        for (String score : new String[] {"-0.01", "1.01", "9.99", "'NaN'"}) {
            db.execute("INSERT INTO interaction_log (timestamp, user_feedback_score) VALUES ('2026-03-04T11:05Z', "
                    + score + ")");
        }
        Tally.Scores scores = read();
        assertThat(scores.count()).isZero();
        assertThat(scores.others()).isEqualTo(4);
    }

    @Test
    void of_an_interaction_of_yesterday_it_counts_and_is_not_fresh() throws SQLException {
        db.execute(
                "INSERT INTO interaction_log (interaction_id, timestamp) VALUES ('" + ID + "', '2026-03-01T11:05Z')");
        feedback("2026-03-04T11:07Z", "user", "0.50");
        assertThat(read().count()).isZero();
    }

    @Test
    void of_an_interaction_that_was_deleted_since_stays_in_the_profile() throws SQLException {
        interaction("0.40");
        feedback("2026-03-04T11:07Z", "judge", "0.50");
        read();
        String before = db.value("SELECT string_agg(md5(body), ' ' ORDER BY segment) FROM drift_profiles");
        db.execute("DELETE FROM interaction_log");
        feedback("2026-03-04T11:09Z", "judge", "0.90");
        assertThat(reading.read().tally().feedback().count()).isZero();
        assertThat(db.value("SELECT string_agg(md5(body), ' ' ORDER BY segment) FROM drift_profiles"))
                .isEqualTo(before);
    }

    @Test
    void of_two_interactions_that_share_an_id() throws SQLException {
        interaction("0.40");
        interaction("0.60");
        assertThat(read().count()).isEqualTo(2);
        feedback("2026-03-04T11:06Z", "user", "0.90");
        assertThat(read().count()).isZero();
    }

    @Test
    void a_backlog_of_changes_is_taken_in_parts() throws SQLException {
        reading.rowsAPass(10);
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_feedback_score)
                SELECT '2026-03-04T11:05Z', i % 100 / 100.0 FROM generate_series(1, 55) AS i
                """);
        assertThat(read().count()).isEqualTo(55);
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.5");
        assertThat(read().count()).isZero();
        assertThat(db.count("SELECT count(*) FROM drift_feedback_changes")).isZero();
    }

    @Test
    void a_backlog_of_one_transaction_costs_no_more_of_the_index_than_one_of_many() throws SQLException {
        assumeThat(db.count("SELECT current_setting('server_version_num')::int"))
                .as("what a test reads of the server's statistics before they are due")
                .isGreaterThanOrEqualTo(150_000);
        assertOneTransactionCostsNoMoreOfTheIndexThanMany(db);
        try (TestDatabase partitioned =
                TestDatabase.withSchema(3).partitioned("day").open()) {
            assertOneTransactionCostsNoMoreOfTheIndexThanMany(partitioned);
        }
    }

    private static void assertOneTransactionCostsNoMoreOfTheIndexThanMany(TestDatabase logs) throws SQLException {
        CheckReading inStretches = new CheckReading(logs, NOW).rowsAPass(500);
        for (int i = 0; i < 20; i++) {
            interactions(logs, 500 * i, 500);
        }
        long ofMany = -indexPages(logs);
        inStretches.read(FeedbackReadingTest::flushStatistics);
        ofMany += indexPages(logs);
        logs.reset();
        interactions(logs, 0, 10_000);
        long ofOne = -indexPages(logs);
        inStretches.read(FeedbackReadingTest::flushStatistics);
        ofOne += indexPages(logs);

        assertThat(logs.count("SELECT count(*) FROM drift_feedback_state")).isEqualTo(10_000);
        assertThat(ofOne).isPositive().isLessThan(ofMany + ofMany / 2);
    }

    @Test
    void of_a_backlog_that_is_spread_over_more_buckets_than_a_pass_holds() throws SQLException {
        db.execute(
                "INSERT INTO interaction_log (timestamp, user_feedback_score)"
                        + " SELECT TIMESTAMPTZ '2025-11-01Z' + i * interval '15 minutes', 0.5 FROM generate_series(1, 10500) AS i");

        assertThat(reading.read().rows()).isEqualTo(2 * 10_500);
        ledger.assertBalanced();
        assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE row_count = 1 AND stream = 'interactions'"))
                .isEqualTo(10_500);
        assertThat(db.count("SELECT count(*) FROM drift_feedback_state")).isEqualTo(10_500);
    }

    /** In one transaction; ten thousand of them go from two days ago to tomorrow, so through several partitions of a day. */
    private static void interactions(TestDatabase logs, int from, int count) {
        logs.execute("INSERT INTO interaction_log (timestamp, user_feedback_score)"
                + " SELECT date_trunc('day', now()) + (i - 5760) * interval '30 seconds', 0.5 FROM generate_series("
                + from
                + ", "
                + (from + count - 1) + ") AS i; SELECT pg_stat_force_next_flush()");
    }

    private static void flushStatistics(Connection connection, Intake.Taken taken) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_stat_force_next_flush()");
        }
    }

    private static long indexPages(TestDatabase logs) {
        return logs.count(
                "SELECT sum(idx_blks_hit + idx_blks_read) FROM pg_statio_user_indexes JOIN pg_index USING (indexrelid)"
                        + " WHERE relname LIKE 'interaction_log%' AND pg_get_indexdef(indexrelid) LIKE '%(xact_id, id)'");
    }
}
