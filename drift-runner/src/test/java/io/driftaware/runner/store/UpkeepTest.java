package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.runner.FixedClock;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept, what is rolled up and what goes. */
class UpkeepTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3).partitioned("month");

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Instant OLD_DAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final Upkeep.Ages AGES =
            new Upkeep.Ages(Duration.ofDays(37), Duration.ofDays(800), Duration.ofDays(400));

    private final CheckReading reading = new CheckReading(db, NOW);
    private final RawRows rows = new RawRows(db);

    @BeforeEach
    void empty() {
        db.reset();
    }

    private static void step(Upkeep upkeep, Instant now) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.claim()).isTrue();
            upkeep.step(session, now);
        }
    }

    private static byte[] body(String stream) throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT body FROM drift_profiles WHERE bucket_seconds = 86400 AND stream = '"
                                + stream + "'")) {
            assertThat(row.next()).isTrue();
            return row.getBytes(1);
        }
    }

    @Test
    void the_quarters_of_a_day_that_no_window_reaches_become_one_profile_byte_for_byte() throws SQLException {
        EmbeddingRecorder vectors = new EmbeddingRecorder(3);
        InteractionRecorder interactions = new InteractionRecorder();
        for (int i = 0; i < 40; i++) {
            Instant time = OLD_DAY.plus(Duration.ofMinutes(30L * i));
            float[] vector = {i, 0.1f * i, -1};
            rows.embedding(time, "query", vector, "m");
            vectors.add(vector);
            rows.interaction(time, i % 3 == 0, false, null);
            interactions.addInteractions(i % 3 == 0, false, 1);
        }
        rows.interaction(NOW.minus(Duration.ofDays(30)), true, false, null);
        reading.read();
        assertThat(db.count("SELECT count(*) FROM drift_profiles")).isEqualTo(81);

        step(new Upkeep(AGES), NOW);

        assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE bucket_seconds = 900"))
                .isEqualTo(1);
        assertThat(body("query_embeddings")).isEqualTo(vectors.snapshot().toBytes());
        assertThat(body("interactions")).isEqualTo(interactions.snapshot().toBytes());
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(81);
    }

    @Test
    void a_late_row_joins_its_day_at_the_next_step() throws SQLException {
        rows.interaction(OLD_DAY.plusSeconds(60), true, false, null);
        reading.read();
        step(new Upkeep(AGES), NOW);
        rows.interaction(OLD_DAY.plusSeconds(50_000), false, false, null);
        reading.read();
        assertThat(db.count("SELECT count(*) FROM drift_profiles")).isEqualTo(2);

        step(new Upkeep(AGES), NOW);

        assertThat(db.count("SELECT count(*) FROM drift_profiles")).isEqualTo(1);
        InteractionProfile day = InteractionProfile.fromBytes(body("interactions"));
        assertThat(day.refusals().flagged()).isEqualTo(1);
        assertThat(day.refusals().unflagged()).isEqualTo(1);
    }

    @Test
    void a_profile_that_cannot_be_read_stays_as_it_is_and_holds_up_no_other() throws SQLException {
        rows.interaction(OLD_DAY.plusSeconds(60), true, false, null);
        rows.embedding(OLD_DAY.plusSeconds(60), "query", new float[] {1, 2, 3}, "m");
        reading.read();
        db.execute("UPDATE drift_profiles SET body = '\\xff' WHERE stream = 'interactions'");

        step(new Upkeep(AGES), NOW);

        assertThat(EmbeddingProfile.fromBytes(body("query_embeddings")).count()).isEqualTo(1);
        assertThat(db.value("SELECT body::text FROM drift_profiles WHERE stream = 'interactions'"))
                .isEqualTo("\\xff");
    }

    @Test
    void what_is_older_than_its_age_goes_and_the_last_evidence_of_each_test_stays() throws SQLException {
        db.execute(
                """
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                VALUES ('interactions', '2023-01-01Z', 86400, 0, ''), ('interactions', '2024-06-01Z', 86400, 0, '');
                INSERT INTO drift_evidence (stream, hypothesis, checked_at)
                VALUES ('refusals', 'limit', '2024-01-01Z'), ('refusals', 'limit', '2026-01-01Z'),
                       ('toxicity', 'limit', '2024-01-01Z'), ('toxicity', 'limit', '2024-01-02Z');
                INSERT INTO drift_baselines (stream, row_count, body) VALUES ('query_embeddings', 0, '');
                INSERT INTO drift_scored_profiles (baseline_id, bucket_start, bucket_seconds, row_count, body)
                SELECT max(id), b, 900, 0, '' FROM drift_baselines, unnest('{2026-01-01Z,2026-03-01Z}'::timestamptz[]) b
                GROUP BY b;
                """);

        step(new Upkeep(AGES), NOW);

        assertThat(db.value("SELECT string_agg(date_part('year', bucket_start)::text, ' ') FROM drift_profiles"))
                .isEqualTo("2024");
        assertThat(
                        db.value(
                                "SELECT string_agg(stream || date_part('day', checked_at AT TIME ZONE 'UTC'), ' ' ORDER BY stream) FROM drift_evidence"))
                .isEqualTo("refusals1 toxicity2");
        assertThat(db.count("SELECT count(*) FROM drift_scored_profiles")).isEqualTo(1);
    }

    @Test
    void a_partition_that_is_missing_ahead_is_made() throws SQLException {
        db.execute(
                """
                DO $$
                BEGIN
                    EXECUTE (SELECT string_agg('DROP TABLE ' || name, ';') FROM drift_partitions('feedback_log'));
                END
                $$
                """);
        step(new Upkeep(AGES), NOW);
        assertThat(db.count("SELECT count(*) FROM drift_partitions('feedback_log')"))
                .isEqualTo(4);
    }

    @Test
    void a_writer_that_holds_up_a_partition_holds_up_nothing_else() throws SQLException {
        rows.interaction(OLD_DAY.plusSeconds(60), true, false, null);
        reading.read();
        db.execute(
                """
                DO $$
                BEGIN
                    EXECUTE (SELECT string_agg('DROP TABLE ' || name, ';') FROM drift_partitions('feedback_log'));
                END
                $$
                """);
        try (Connection application = db.dataSource().getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("INSERT INTO feedback_log (interaction_id, score) VALUES (gen_random_uuid(), 1)");
            assertThatThrownBy(() -> step(new Upkeep(AGES), NOW)).hasMessageContaining("lock timeout");
            application.commit();
        }
        assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE bucket_seconds = 86400"))
                .isEqualTo(1);
        step(new Upkeep(AGES), NOW);
        assertThat(db.count("SELECT count(*) FROM feedback_log_default")).isZero();
    }

    @Test
    void a_part_that_fails_leaves_the_others_to_be_done() throws SQLException {
        rows.interaction(OLD_DAY.plusSeconds(60), true, false, null);
        reading.read();
        db.execute(
                """
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                VALUES ('interactions', '2023-01-01Z', 86400, 0, '');
                INSERT INTO drift_evidence (stream, hypothesis, checked_at)
                VALUES ('refusals', 'limit', '2024-01-01Z'), ('refusals', 'limit', '2026-01-01Z');
                CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'kept'; END $$;
                CREATE TRIGGER kept BEFORE DELETE ON drift_profiles FOR EACH ROW WHEN (OLD.bucket_seconds = 86400)
                EXECUTE FUNCTION kept();
                """);
        try {
            assertThatThrownBy(() -> step(new Upkeep(AGES), NOW)).hasMessageContaining("kept");
            assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE bucket_seconds = 86400"))
                    .as("the day that was rolled up, and the one that may not be deleted")
                    .isEqualTo(2);
            assertThat(db.count("SELECT count(*) FROM drift_evidence")).isEqualTo(1);
        } finally {
            db.execute("DROP TRIGGER kept ON drift_profiles; DROP FUNCTION kept");
        }
    }

    @Test
    void what_no_check_has_read_outlives_every_cleanup_and_is_counted_once() throws SQLException {
        rows.interactions(20, OLD_DAY, Duration.ofDays(1), i -> i % 3 == 0, i -> false, i -> 0.5);
        rows.embeddings(20, OLD_DAY, Duration.ofDays(1), "query", 3, 0, "m");
        reading.read();
        rows.interactions(7, OLD_DAY, Duration.ofDays(1), i -> true, i -> false, i -> 0.5);
        rows.embeddings(7, OLD_DAY, Duration.ofDays(1), "query", 3, 0, "m");
        String cleanUp = "SELECT cleanup_old_data(0) + cleanup_old_interactions(0)";

        assertThat(db.count(cleanUp)).isEqualTo(40);
        assertThat(db.count(cleanUp)).isZero();
        assertThat(db.count("SELECT count(*) FROM interaction_log")).isEqualTo(7);
        reading.read();
        assertThat(db.count(cleanUp)).isEqualTo(14);
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(54);

        step(new Upkeep(AGES), NOW);
        assertThat(InteractionProfile.fromBytes(body("interactions")).feedback().count())
                .isEqualTo(27);
        assertThat(EmbeddingProfile.fromBytes(body("query_embeddings")).count()).isEqualTo(27);
    }

    @Test
    void profiles_that_would_go_before_a_window_has_passed_are_refused() {
        assertThatThrownBy(() -> new Upkeep.Ages(Duration.ofDays(90), Duration.ofDays(90), Duration.ofDays(1)))
                .hasMessageContaining("after 90 days, but the windows reach 90 days back: set DRIFT_PROFILE_DAYS");
    }

    @Test
    void windows_stay_as_they_are_when_the_raw_rows_are_deleted() {
        rows.interactions(
                200, NOW.minus(Duration.ofDays(36)), Duration.ofDays(5), i -> i % 5 == 0, i -> false, i -> 0.5);
        rows.interactions(
                200, NOW.minus(Duration.ofDays(6)), Duration.ofDays(5), i -> i % 4 == 0, i -> false, i -> 0.25);
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder().embeddingDim(3).build())
                .clock(new FixedClock(NOW))
                .build()) {
            CheckReport before = monitor.checkOnce();
            db.execute("DELETE FROM interaction_log; DELETE FROM embeddings_log; DELETE FROM feedback_log");
            CheckReport after = monitor.checkOnce();
            assertThat(before.classic().baselineAccuracy()).isEqualTo(0.5);
            assertThat(after.classic()).isEqualTo(before.classic());
        }
    }
}
