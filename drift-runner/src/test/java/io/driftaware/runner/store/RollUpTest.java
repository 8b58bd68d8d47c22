package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.profile.EmbeddingRecorder;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import io.driftaware.core.profile.RetrievalProfile;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of rows that come, and of scores that change, after their day was rolled up. */
class RollUpTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Instant DAY = Instant.parse("2026-01-05T00:00:00Z");
    private static final Upkeep.Ages AGES =
            new Upkeep.Ages(Duration.ofDays(37), Duration.ofDays(800), Duration.ofDays(400));

    private final CheckReading reading = new CheckReading(db, NOW);
    private final RawRows rows = new RawRows(db);

    @BeforeEach
    void empty() {
        db.reset();
    }

    private void read() throws SQLException {
        assertThat(reading.read().failures()).isEmpty();
    }

    private static void step(Upkeep upkeep, Instant now) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.claim()).isTrue();
            upkeep.step(session, now);
        }
    }

    private static void rollUp() throws SQLException {
        step(new Upkeep(AGES), NOW);
    }

    /** Of the whole or of one segment, by time of day. */
    private static void interaction(String name, String time, String score) {
        db.execute("INSERT INTO interaction_log (interaction_id, timestamp, refusal_flag, user_feedback_score, tenant)"
                + " VALUES (md5('" + name + "')::uuid, '2026-01-05 " + time + "Z', true, " + score + ", 'shop')");
    }

    private static void feedback(String name, String time, String source, String score) {
        db.execute("INSERT INTO feedback_log (interaction_id, timestamp, source, score) VALUES (md5('" + name
                + "')::uuid, '" + time + "', '" + source + "', " + score + ")");
    }

    private static void change(String name, String score) {
        db.execute("UPDATE interaction_log SET user_feedback_score = " + score + " WHERE interaction_id = md5('" + name
                + "')::uuid");
    }

    private static long quarters() {
        return db.count("SELECT count(*) FROM drift_profiles WHERE bucket_seconds = 900");
    }

    /** The one profile of the day is what a recorder that sees the logs as they are now makes of them, byte for byte. */
    private static void assertTheDayIsAsFresh() throws SQLException {
        assertThat(quarters()).isZero();
        InteractionRecorder fresh = new InteractionRecorder();
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT refusal_flag, toxicity_flag FROM interaction_log");
            while (row.next()) {
                fresh.addInteraction((Boolean) row.getObject(1), (Boolean) row.getObject(2));
            }
            row = statement.executeQuery("SELECT score::text FROM feedback_scores");
            while (row.next()) {
                fresh.addFeedback(Double.parseDouble(row.getString(1)));
            }
            row = statement.executeQuery("SELECT segment, bucket_seconds, body, row_count FROM drift_profiles"
                    + " WHERE stream = 'interactions' ORDER BY segment");
            for (String segment : new String[] {"", "shop"}) {
                assertThat(row.next()).as("profile of '" + segment + "'").isTrue();
                assertThat(row.getString(1)).isEqualTo(segment);
                assertThat(row.getInt(2)).isEqualTo(86_400);
                assertThat(InteractionProfile.fromBytes(row.getBytes(3))).isEqualTo(fresh.snapshot());
                assertThat(row.getBytes(3)).isEqualTo(fresh.snapshot().toBytes());
                assertThat(row.getLong(4)).isEqualTo(fresh.snapshot().interactions());
            }
            assertThat(row.next()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.60", "NULL", "9.99", "-0.01", "'NaN'"})
    void a_score_that_is_changed_or_withdrawn_after_its_day_was_rolled_up_is_changed_in_the_day(String score)
            throws SQLException {
        interaction("a", "08:05", "0.40");
        interaction("b", "08:06", "0.40");
        interaction("c", "19:00", "9.99");
        read();
        rollUp();
        assertTheDayIsAsFresh();

        change("a", score);
        read();
        assertTheDayIsAsFresh();
        change("a", "0.40");
        change("c", "1.01");
        read();
        assertTheDayIsAsFresh();
        rollUp();
        assertTheDayIsAsFresh();
    }

    @Test
    void feedback_that_comes_late_and_again_and_of_others_is_put_into_the_day() throws SQLException {
        interaction("a", "08:05", "NULL");
        interaction("b", "08:06", "0.10");
        read();
        rollUp();
        feedback("a", "2026-03-04 11:00Z", "user", "0.90");
        feedback("b", "2026-03-04 11:00Z", "user", "0.20");
        read();
        assertTheDayIsAsFresh();
        feedback("a", "2026-03-04 11:01Z", "user", "0.70");
        feedback("a", "2026-03-04 11:01Z", "judge", "0.70");
        read();
        assertTheDayIsAsFresh();
    }

    @Test
    void a_late_row_and_a_changed_score_of_one_quarter_are_counted_once_each() throws SQLException {
        feedback("late", "2026-03-04 11:00Z", "judge", "0.30");
        interaction("a", "08:05", "0.40");
        read();
        rollUp();
        interaction("late", "08:07", "0.80");
        change("a", "0.50");
        read();
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE segment = ''"))
                .isEqualTo(2);
        assertThat(quarters()).as("of the whole and of the shop").isEqualTo(2);

        change("late", "0.40");
        read();
        rollUp();
        assertTheDayIsAsFresh();
    }

    @Test
    void late_rows_of_every_kind_join_their_day_once() throws SQLException {
        EmbeddingRecorder vectors = new EmbeddingRecorder(3);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                float[] vector = {i, round, 1};
                rows.embedding(DAY.plusSeconds(900L * (i + round)), "query", vector, "m");
                vectors.add(vector);
            }
            db.execute("INSERT INTO interaction_log (timestamp, retrieval_hits) VALUES ('2026-01-05 10:00Z', 0)");
            read();
            rollUp();
            assertThat(quarters()).isZero();
        }
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery("SELECT body, row_count FROM drift_profiles ORDER BY stream DESC");
            row.next();
            assertThat(row.getBytes(1)).isEqualTo(vectors.snapshot().toBytes());
            assertThat(row.getLong(2)).isEqualTo(15);
            row.next();
            assertThat(InteractionProfile.fromBytes(row.getBytes(1)).interactions())
                    .isEqualTo(3);
            row.next();
            assertThat(RetrievalProfile.fromBytes(row.getBytes(1)).withoutHit()).isEqualTo(3);
            assertThat(row.next()).isFalse();
        }
    }

    /** The second way knows nothing of the first: it reads the logs as they stand at the end, and rolls up once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatever_comes_and_changes_between_reading_and_rolling_up_the_profiles_are_those_of_one_reading(long seed)
            throws SQLException {
        LogRows random = new LogRows(
                seed, NOW.minus(Duration.ofDays(40)), db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR);
        Upkeep upkeep = new Upkeep(AGES);
        int steps = 0;
        try (Connection connection = db.dataSource().getConnection()) {
            for (int round = 0; round < 60; round++) {
                random.some(connection);
                random.some(connection);
                if (random.oneIn(2)) {
                    read();
                }
                if (random.oneIn(3)) {
                    step(upkeep, NOW.plus(Duration.ofHours(steps++)));
                }
            }
        }
        read();
        step(upkeep, NOW.plus(Duration.ofHours(steps)));
        String inParts = profiles();
        assertThat(db.count("SELECT count(*) FROM drift_profiles")).isPositive();
        assertThat(db.count("SELECT count(*) FROM drift_feedback_state WHERE score IS NOT NULL"))
                .isPositive();

        db.execute("TRUNCATE drift_profiles, drift_feedback_state, drift_feedback_changes, drift_checkpoints,"
                + " drift_monitor_state");
        read();
        rollUp();
        assertThat(inParts).isEqualTo(profiles());
        assertThat(quarters()).isZero();
    }

    private static String profiles() {
        return db.value(
                """
                SELECT string_agg(concat_ws(' ', stream, embedding_model, segment, bucket_start, bucket_seconds, row_count,
                                            md5(body)), E'\\n'
                                  ORDER BY stream, embedding_model, segment, bucket_start, bucket_seconds)
                FROM drift_profiles
                """);
    }

    @Test
    void of_a_day_that_was_deleted_for_its_age_a_changed_score_is_let_go_and_a_new_one_counts() throws SQLException {
        interaction("a", "08:05", "0.40");
        interaction("b", "08:06", "NULL");
        read();
        rollUp();
        db.execute("DELETE FROM drift_profiles");
        change("a", "0.60");
        read();
        assertThat(db.count("SELECT count(*) FROM drift_profiles")).isZero();

        change("a", "0.70");
        change("b", "0.90");
        read();
        rollUp();
        InteractionProfile day = InteractionProfile.fromBytes(day());
        assertThat(day.feedback().count()).isEqualTo(1);
        assertThat(day.feedback().mean()).hasValue(0.9);
        change("b", "NULL");
        read();
        assertThat(InteractionProfile.fromBytes(day()).feedback().count()).isZero();
    }

    private static byte[] day() throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                ResultSet row = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT body FROM drift_profiles WHERE bucket_seconds = 86400 AND segment = ''")) {
            assertThat(row.next()).isTrue();
            return row.getBytes(1);
        }
    }

    /** One profile in so many days. */
    private void days(int count, String body) {
        db.execute(
                """
                INSERT INTO drift_profiles (stream, bucket_start, bucket_seconds, row_count, body)
                SELECT 'interactions', TIMESTAMPTZ '2025-01-01 06:00Z' + i * INTERVAL '1 day', 900, 0, %s
                FROM generate_series(1, %d) AS i
                """
                        .formatted(body, count));
    }

    @Test
    void a_step_rolls_up_so_many_days_and_the_next_one_goes_on_at_once() throws SQLException {
        interaction("a", "08:05", "0.40");
        read();
        db.execute("UPDATE drift_profiles SET segment = 'x' WHERE segment = ''");
        days(250, "(SELECT body FROM drift_profiles LIMIT 1)");
        Upkeep upkeep = new Upkeep(AGES);

        step(upkeep, NOW);
        assertThat(quarters()).isEqualTo(52);
        step(upkeep, NOW.plusSeconds(1));
        assertThat(quarters()).isZero();
    }

    @Test
    void more_profiles_that_cannot_be_read_than_a_step_looks_at_hold_up_no_other() throws SQLException {
        interaction("a", "08:05", "0.40");
        read();
        days(250, "'\\xff'");
        Upkeep upkeep = new Upkeep(AGES);

        step(upkeep, NOW);
        assertThat(quarters()).isEqualTo(252);
        step(upkeep, NOW.plusSeconds(1));
        assertThat(quarters()).isEqualTo(250);
        assertThat(db.count("SELECT count(*) FROM drift_profiles WHERE body = '\\xff'"))
                .isEqualTo(250);
    }

    @Test
    void it_asks_for_no_log() throws SQLException {
        interaction("a", "08:05", "0.40");
        read();
        try (Connection application = db.dataSource().getConnection();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute(
                    "LOCK TABLE embeddings_log, interaction_log, feedback_log, documents IN ACCESS EXCLUSIVE MODE");
            rollUp();
            application.rollback();
        }
        assertTheDayIsAsFresh();
    }

    @Test
    void who_lost_the_lead_rolls_nothing_up() throws SQLException {
        interaction("a", "08:05", "0.40");
        read();
        Lead stopped = Lead.take(db.dataSource()).orElseThrow();
        db.execute("SELECT pg_terminate_backend(" + stopped.backend() + ", 10000)");
        Lead.take(db.dataSource()).orElseThrow().close();

        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.claim(stopped, Duration.ZERO)).isTrue();
            assertThatThrownBy(() -> new Upkeep(AGES).step(session, NOW)).isInstanceOf(LeadLostException.class);
        }
        assertThat(quarters()).isEqualTo(2);
    }
}
