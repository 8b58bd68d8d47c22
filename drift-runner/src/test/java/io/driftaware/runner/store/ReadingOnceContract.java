package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each row counts once, whatever fails and whoever reads; the ledger is the judge. */
abstract class ReadingOnceContract {
    static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    static final Duration HOUR = Duration.ofHours(1);

    abstract TestDatabase db();

    RawRows rows;
    CheckReading reading;
    Ledger ledger;

    @BeforeEach
    void reset() {
        db().reset();
        rows = new RawRows(db());
        reading = new CheckReading(db(), NOW);
        ledger = new Ledger(db());
    }

    static long flags(Tally tally) {
        return Tally.total(tally.flags().getOrDefault(WatchedStream.REFUSALS, java.util.Map.of()))
                .rows();
    }

    private void interactions(int count) {
        rows.interactions(count, NOW.minus(HOUR), HOUR, i -> i % 3 == 0, i -> null, i -> i % 5 == 0 ? 0.5 : null);
    }

    @Test
    void what_was_written_is_read_at_once_and_not_again() throws SQLException {
        interactions(30);
        rows.embedding(NOW.minus(HOUR), "query", new float[] {4, 0, 1}, "m");

        assertThat(reading.read().rows()).isEqualTo(30 + 30 + 1);
        assertThat(reading.read().rows()).isZero();
        ledger.assertBalanced();
    }

    @Test
    void a_check_that_fails_leaves_everything_for_the_next_one() throws SQLException {
        interactions(30);
        assertThatThrownBy(() -> reading.read((connection, taken) -> {
                    throw new SQLException("no decision today");
                }))
                .hasMessage("no decision today");
        assertThat(db().count("SELECT count(*) FROM drift_profiles")).isZero();

        assertThat(flags(reading.read().tally())).isEqualTo(30);
        ledger.assertBalanced();
    }

    @Test
    void a_session_that_is_killed_between_reading_and_commit_leaves_everything_for_the_next_one() throws SQLException {
        interactions(30);
        assertThatThrownBy(() -> reading.read((connection, taken) -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("SELECT pg_terminate_backend(pg_backend_pid())");
                    }
                }))
                .isInstanceOf(SQLException.class);

        assertThat(flags(reading.read().tally())).isEqualTo(30);
        ledger.assertBalanced();
    }

    @Test
    void a_backlog_that_is_cut_off_goes_on_where_it_stood_and_keeps_its_tally() throws SQLException {
        interactions(95);
        reading.rowsAPass(10);
        db().execute(
                        """
                        CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                            IF NEW.reader = 'interactions' AND NEW.row_id > 50 THEN
                                PERFORM pg_terminate_backend(pg_backend_pid());
                            END IF;
                            RETURN NEW;
                        END $$;
                        CREATE TRIGGER cut_off BEFORE UPDATE ON drift_checkpoints FOR EACH ROW EXECUTE FUNCTION cut_off();
                        """);
        try {
            assertThatThrownBy(reading::read).isInstanceOf(SQLException.class);
        } finally {
            db().execute("DROP FUNCTION cut_off CASCADE");
        }
        assertThat(db().count("SELECT row_id FROM drift_checkpoints WHERE reader = 'interactions'"))
                .isEqualTo(50);

        Intake.Taken taken = reading.read();

        assertThat(flags(taken.tally())).as("50 from before and 45 from now").isEqualTo(95);
        assertThat(taken.tally().feedback().count()).isEqualTo(19);
        assertThat(flags(reading.read().tally())).as("handed over once").isZero();
        ledger.assertBalanced();
    }

    @Test
    void a_lane_that_fails_keeps_no_other_back_and_takes_up_later_what_it_left() throws SQLException {
        interactions(30);
        rows.embedding(NOW.minus(HOUR), "query", new float[] {4, 0, 1}, "m");
        db().execute("ALTER TABLE drift_profiles ADD CONSTRAINT broken CHECK (stream <> 'query_embeddings')");
        try {
            Intake.Taken taken = reading.read();
            assertThat(taken.failures())
                    .containsOnlyKeys(
                            WatchedStream.QUERY_EMBEDDINGS,
                            WatchedStream.DOCUMENT_EMBEDDINGS,
                            WatchedStream.RESPONSE_EMBEDDINGS);
            assertThat(flags(taken.tally())).isEqualTo(30);
        } finally {
            db().execute("ALTER TABLE drift_profiles DROP CONSTRAINT broken");
        }
        assertThat(reading.read().rows()).isEqualTo(1);
        ledger.assertBalanced();
    }

    @Test
    void a_long_transaction_holds_back_what_came_after_it_and_is_named() throws SQLException {
        try (Connection slow = db().dataSource().getConnection();
                Statement statement = slow.createStatement()) {
            statement.execute("SET application_name = 'nightly import'");
            slow.setAutoCommit(false);
            statement.execute("INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            statement.execute("SAVEPOINT s; INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            interactions(10);

            Intake.Taken held = reading.read();

            assertThat(held.rows()).isZero();
            Horizon.Holder holder = held.horizon().holder();
            assertThat(holder).isNotNull();
            assertThat(holder.describe()).contains("process ").contains("nightly import");
            assertThat(held.horizon().age().orElseThrow()).isPositive();

            slow.commit();
            assertThat(flags(reading.read().tally())).isEqualTo(12);
            assertThat(flags(reading.read().tally())).isZero();
        }
        ledger.assertBalanced();
    }

    @Test
    void what_was_written_before_the_check_is_seen_though_an_older_transaction_is_about_to_end() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Connection quick = db().dataSource().getConnection();
                Statement statement = quick.createStatement()) {
            quick.setAutoCommit(false);
            statement.execute("INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            Future<?> commit = pool.submit(() -> {
                statement.execute("SELECT pg_sleep(0.2)");
                quick.commit();
                return null;
            });
            interactions(10);
            assertThat(flags(reading.read().tally())).isEqualTo(11);
            commit.get();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void a_row_that_becomes_visible_after_later_ones_is_not_lost() throws SQLException {
        try (Connection first = db().dataSource().getConnection();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.execute("INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            interactions(10);
            reading.read();
            statement.execute("INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            first.commit();
        }
        interactions(5);
        reading.read();
        ledger.assertBalanced();
        assertThat(db().count("SELECT sum(row_count) FROM drift_profiles WHERE stream = 'interactions'"))
                .isEqualTo(17);
    }

    @Test
    void a_transaction_of_another_database_holds_nothing_back() throws SQLException {
        try (TestDatabase elsewhere = TestDatabase.empty().open();
                Connection slow = elsewhere.dataSource().getConnection();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute("CREATE TABLE t (a int)");
            interactions(10);

            Intake.Taken taken = reading.read();

            assertThat(flags(taken.tally())).isEqualTo(10);
            assertThat(taken.horizon().holder()).isNull();
            slow.rollback();
        }
    }

    @Test
    void rows_of_a_transaction_that_was_rolled_back_leave_a_gap_and_no_trace() throws SQLException {
        try (Connection connection = db().dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("INSERT INTO interaction_log (timestamp) VALUES ('2026-03-04T11:00Z')");
            connection.rollback();
        }
        interactions(10);
        assertThat(flags(reading.read().tally())).isEqualTo(10);
        ledger.assertBalanced();
    }

    @Test
    void an_event_that_is_sent_twice_counts_once() throws SQLException {
        String twice =
                "INSERT INTO interaction_log (event_id, timestamp) VALUES ('0190d7a4-0000-7000-8000-000000000001', '2026-03-04T11:00Z') ON CONFLICT DO NOTHING";
        db().execute(twice);
        assertThat(flags(reading.read().tally())).isEqualTo(1);
        db().execute(twice);
        assertThat(flags(reading.read().tally())).isZero();
        ledger.assertBalanced();
    }

    @Test
    @Timeout(60)
    void writers_at_the_same_time_and_two_monitors_that_compete() throws Exception {
        int writers = 4;
        AtomicInteger writing = new AtomicInteger(writers);
        List<Tally> handedOver = Collections.synchronizedList(new ArrayList<>());
        ExecutorService pool = Executors.newFixedThreadPool(writers + 2);
        List<Future<?>> all = new ArrayList<>();
        boolean vector = db().vectorKind() == io.driftaware.testdb.VectorKind.VECTOR;
        for (int writer = 0; writer < writers; writer++) {
            LogRows some = new LogRows(writer, NOW, vector);
            all.add(pool.submit(() -> {
                try (Connection connection = db().dataSource().getConnection()) {
                    connection.setAutoCommit(false);
                    for (int i = 0; i < 60; i++) {
                        some.some(connection);
                        if (some.oneIn(4)) {
                            try (Statement pause = connection.createStatement()) {
                                pause.execute("SELECT pg_sleep(0.02)");
                            }
                        }
                        some.some(connection);
                        if (some.oneIn(6)) {
                            connection.rollback();
                        } else {
                            connection.commit();
                        }
                    }
                } finally {
                    writing.decrementAndGet();
                }
                return null;
            }));
        }
        for (int monitor = 0; monitor < 2; monitor++) {
            // Without asking for the lead: the checkpoints alone keep the two apart, as behind a transaction pooler.
            CheckReading own = new CheckReading(db(), NOW).rowsAPass(7);
            all.add(pool.submit(() -> {
                while (writing.get() > 0) {
                    handedOver.add(
                            own.readWithoutLead((connection, taken) -> {}).tally());
                }
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        pool.shutdown();
        handedOver.add(reading.read().tally());

        ledger.assertBalanced();
        Tally whole = handedOver.stream().reduce(Tally.NONE, Tally::plus);
        assertThat(flags(whole))
                .isEqualTo(
                        db().count(
                                        """
                                SELECT count(*) FROM interaction_log
                                WHERE refusal_flag IS NOT NULL AND timestamp >= '2026-03-03T12:00Z'
                                """));
        assertThat(handedOver.stream().filter(tally -> flags(tally) > 0).count())
                .as("reading went on while writing did")
                .isGreaterThan(1);
    }

    @Test
    void late_and_backdated_rows_land_in_their_bucket_and_those_of_yesterday_are_not_fresh() throws SQLException {
        reading.read();
        rows.interaction(NOW.minus(Duration.ofHours(24)), true, null, 0.5);
        rows.interaction(NOW.minus(Duration.ofHours(24)).minusNanos(1000), true, null, 0.5);
        rows.interaction(NOW.minus(Duration.ofDays(400)), true, null, 0.5);
        rows.interaction(NOW.plus(HOUR), false, null, null);
        db().execute("INSERT INTO interaction_log (timestamp) VALUES ('infinity'), ('-infinity'), ('12000-01-01')");

        Tally tally = reading.read().tally();

        assertThat(Tally.total(tally.flags().get(WatchedStream.REFUSALS))).isEqualTo(new Tally.Count(1, 2));
        assertThat(tally.feedback().count()).isEqualTo(1);
        assertThat(
                        db().value(
                                        "SELECT string_agg(bucket_start AT TIME ZONE 'UTC' || '', ' ' ORDER BY bucket_start) FROM drift_profiles"))
                .isEqualTo("2025-01-28 12:00:00 2026-03-03 11:45:00 2026-03-03 12:00:00 2026-03-04 13:00:00");
        db().execute("DELETE FROM interaction_log WHERE NOT isfinite(timestamp) OR timestamp > '9999-12-31'");
        ledger.assertBalanced();
    }

    @Test
    void a_conversation_has_one_vote() throws SQLException {
        db().execute(
                        """
                        INSERT INTO interaction_log (timestamp, refusal_flag, toxicity_flag, conversation_id)
                        SELECT '2026-03-04T11:00Z'::timestamptz + i * INTERVAL '1 second', true, CASE WHEN i > 3 THEN true END,
                               CASE WHEN i < 8 THEN 'talk' END
                        FROM generate_series(1, 10) AS i
                        """);
        Tally tally = reading.read().tally();

        assertThat(Tally.total(tally.flags().get(WatchedStream.REFUSALS))).isEqualTo(new Tally.Count(4, 4));
        assertThat(Tally.total(tally.flags().get(WatchedStream.TOXICITY)))
                .as("one of its known flags")
                .isEqualTo(new Tally.Count(4, 4));
        ledger.assertBalanced();
    }

    /** Where first turns are refused more often than later ones, they would stand for all: the usual rate is that of all. */
    @Test
    void any_row_of_a_conversation_may_be_its_vote() throws SQLException {
        db().execute(
                        """
                        INSERT INTO interaction_log (timestamp, refusal_flag, conversation_id)
                        SELECT '2026-03-04T11:00Z'::timestamptz + i * INTERVAL '1 millisecond', i % 5 = 0, 'talk ' || i / 5
                        FROM generate_series(0, 4999) AS i
                        """);
        Tally tally = reading.read().tally();

        Tally.Count votes = Tally.total(tally.flags().get(WatchedStream.REFUSALS));
        assertThat(votes.rows()).isEqualTo(1_000);
        assertThat(votes.events())
                .as("a fifth of 1,000 votes; outside 150 to 250 lies chance with 8 in 100,000")
                .isBetween(150L, 250L);
        ledger.assertBalanced();
    }

    @Test
    void more_segments_than_there_is_room_for_share_one() throws SQLException {
        db().execute(
                        """
                        INSERT INTO interaction_log (timestamp, segment, user_feedback_score)
                        SELECT '2026-03-04T11:00Z', 's' || i, 0.5 FROM generate_series(1, 60) AS i;
                        INSERT INTO interaction_log (timestamp, segment) VALUES ('2026-03-04T11:00Z', repeat('x', 5000));
                        """);
        reading.read();

        assertThat(
                        db().value(
                                        "SELECT concat(count(*), ' ', max(row_count) FILTER (WHERE segment = 'other')) FROM drift_profiles"))
                .isEqualTo("52 11");
        db().execute("UPDATE interaction_log SET user_feedback_score = NULL");
        reading.read();
        assertThat(reading.read().failures()).isEmpty();
    }
}
