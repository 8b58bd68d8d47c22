package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are older than their logs, where these were partitioned from the start. */
@Timeout(120)
class PartitionedHistoryTest {
    private static final String[] LOGS = {"embeddings_log", "interaction_log", "feedback_log"};
    private static final String HISTORY =
            """
            INSERT INTO embeddings_log (timestamp, type, embedding)
            SELECT now() - n * interval '10 days' - interval '60 days', 'query', '{1,2,3}' FROM generate_series(1, 100) n;
            INSERT INTO interaction_log (timestamp, user_query)
            SELECT now() - n * interval '10 days' - interval '60 days', 'q' || n FROM generate_series(1, 100) n;
            INSERT INTO feedback_log (timestamp, interaction_id, score, source)
            SELECT timestamp, interaction_id, 0.25, 'judge' FROM interaction_log;
            """;
    private static final String WHERE_THEY_STAND =
            "SELECT md5(string_agg(i::text || i.xmin || i.ctid, ',' ORDER BY id)) FROM interaction_log i";

    private final TestDatabase db =
            TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY).partitioned("month");

    @BeforeEach
    void partitioned_logs() {
        db.open();
    }

    @AfterEach
    void drop() {
        db.close();
    }

    private long rowsIn(String table) {
        return db.count("SELECT count(*) FROM " + table);
    }

    /** As the cleanup does once all of its rows are old. */
    private void withoutFirstPartition() {
        db.execute("DROP TABLE embeddings_log_before, interaction_log_before, feedback_log_before");
    }

    @Test
    void history_goes_to_the_first_partition_and_the_default_one_stays_empty() {
        db.execute(HISTORY + "INSERT INTO interaction_log (timestamp) VALUES ('-infinity'), ('1970-01-01Z'), (now())");
        for (String log : LOGS) {
            assertThat(rowsIn(log + "_before")).as(log).isEqualTo(log.equals("interaction_log") ? 102 : 100);
            assertThat(rowsIn(log + "_default")).as(log).isZero();
        }
        assertThat(rowsIn("interaction_log")).isEqualTo(103);
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isEqualTo(3 * 3);
    }

    @Test
    void of_history_the_cleanups_delete_what_is_old_and_drop_the_partition_once_all_is() {
        db.execute(HISTORY);
        assertThat(db.count("SELECT cleanup_old_data(365)")).isEqualTo(70);
        assertThat(rowsIn("embeddings_log_before")).isEqualTo(30);

        assertThat(db.count("SELECT cleanup_old_data(0)")).isEqualTo(30);
        assertThat(db.count("SELECT cleanup_old_interactions(0)")).isEqualTo(100);
        for (String log : LOGS) {
            assertThat(db.value("SELECT to_regclass('" + log + "_before')"))
                    .as(log)
                    .isNull();
        }
    }

    @Test
    void history_that_comes_after_that_is_deleted_from_the_default_partition() {
        withoutFirstPartition();
        db.execute(HISTORY);
        assertThat(rowsIn("embeddings_log_default")).isEqualTo(100);
        assertThat(db.count("SELECT cleanup_old_data(365)")).isEqualTo(70);
        assertThat(db.count("SELECT cleanup_old_data(50)")).isEqualTo(30);
        assertThat(db.count("SELECT cleanup_old_interactions(50)")).isEqualTo(100);
        assertThat(rowsIn("embeddings_log") + rowsIn("interaction_log") + rowsIn("feedback_log"))
                .isZero();
    }

    @Test
    void or_the_set_up_makes_it_the_first_partition_without_copying_a_row() {
        withoutFirstPartition();
        db.execute(HISTORY + "INSERT INTO interaction_log (timestamp) VALUES (now() + interval '10 years')");
        String stands = db.value(WHERE_THEY_STAND + " WHERE timestamp < now()");
        assertThat(rowsIn("interaction_log_default")).isEqualTo(101);

        db.execute("SET timezone = 'Asia/Kathmandu';" + SetupScript.text());

        assertThat(db.value(WHERE_THEY_STAND + " WHERE timestamp < now()")).isEqualTo(stands);
        for (String log : LOGS) {
            assertThat(rowsIn(log + "_before")).as(log).isEqualTo(100);
            assertThat(rowsIn(log + "_default")).as(log).isEqualTo(log.equals("interaction_log") ? 1 : 0);
        }
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.5 WHERE user_query = 'q50'");
        assertThat(rowsIn("drift_feedback_changes")).as("noted there too").isEqualTo(1);
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isEqualTo(3 * 3);
        assertThat(db.count("SELECT cleanup_old_data(365)")).isEqualTo(70);
    }

    @Test
    void a_reader_that_does_not_end_makes_the_set_up_leave_it_for_the_next_time() throws SQLException {
        withoutFirstPartition();
        db.execute(HISTORY);
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement();
                Connection operator = db.dataSource().getConnection();
                Statement setUp = operator.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM embeddings_log");
            setUp.execute(SetupScript.text());
            assertThat(warnings(setUp))
                    .contains("embeddings_log is in use: history stays in embeddings_log_default until init-db")
                    .doesNotContain("interaction_log is in use");
            reader.rollback();
        }
        assertThat(rowsIn("embeddings_log_default")).isEqualTo(100);
        assertThat(rowsIn("interaction_log_before")).isEqualTo(100);
        db.execute(SetupScript.text());
        assertThat(rowsIn("embeddings_log_default")).isZero();
        assertThat(rowsIn("embeddings_log_before")).isEqualTo(100);
    }

    private static final String WAITING_FOR = "FROM pg_locks WHERE NOT granted AND relation = '%s'::regclass";

    private void awaitWaitFor(String table) throws SQLException {
        await("SELECT count(*) " + WAITING_FOR.formatted(table));
    }

    /** By one connection, which costs the server less than one for each look. */
    private void await(String count) throws SQLException {
        try (Connection connection = db.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(count)) {
            long found = 0;
            while (found == 0) {
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    found = row.getLong(1);
                }
            }
        }
    }

    /** Waits for a log for longer than this test may last: on a machine that stalls it does not leave it for the next time. */
    private static String patientSetUp() {
        String patience = "SET lock_timeout = '3s' AS $history$";
        assertThat(SetupScript.text()).containsOnlyOnce(patience);
        return SetupScript.text().replace(patience, "SET lock_timeout = '1h' AS $history$");
    }

    @Test
    void while_the_set_up_waits_for_one_log_the_others_are_free() throws Exception {
        withoutFirstPartition();
        db.execute(HISTORY);
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM interaction_log");
            CompletableFuture<Void> setUp = CompletableFuture.runAsync(() -> db.execute(patientSetUp()));
            awaitWaitFor("interaction_log");

            db.execute(
                    "SET lock_timeout = '1s'; SELECT count(*) FROM embeddings_log; SELECT count(*) FROM feedback_log");

            reader.rollback();
            setUp.get();
        }
        for (String log : LOGS) {
            assertThat(rowsIn(log + "_before")).as(log).isEqualTo(100);
        }
    }

    @Test
    void a_set_up_that_is_killed_between_two_logs_has_done_the_first_and_the_next_does_the_rest() throws Exception {
        withoutFirstPartition();
        db.execute(HISTORY);
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM interaction_log");
            CompletableFuture<Void> setUp = CompletableFuture.runAsync(() -> db.execute(patientSetUp()));
            await("SELECT count(pg_terminate_backend(pid)) " + WAITING_FOR.formatted("interaction_log"));
            assertThatThrownBy(setUp::get).hasMessageContaining("terminating connection");
            reader.rollback();
        }
        assertThat(rowsIn("embeddings_log_before")).isEqualTo(100);
        assertThat(rowsIn("interaction_log_default")).isEqualTo(100);

        db.execute(SetupScript.text());
        for (String log : LOGS) {
            assertThat(rowsIn(log + "_before")).as(log).isEqualTo(100);
            assertThat(rowsIn(log + "_default")).as(log).isZero();
        }
    }

    @Test
    void a_default_partition_that_is_being_read_delays_the_partitions_ahead_and_fails_nothing() throws SQLException {
        db.execute("DO $$ DECLARE part text; BEGIN"
                + " FOR part IN SELECT name FROM drift_partitions('interaction_log') WHERE name <> 'interaction_log_before'"
                + " LOOP EXECUTE format('DROP TABLE %I', part); END LOOP; END $$");
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM interaction_log_default");
            assertThat(setUpAgain()).contains("interaction_log is in use: its partitions are made by the monitor");
            reader.rollback();
        }
        assertThat(setUpAgain()).isEmpty();
        assertThat(db.count("SELECT count(*) FROM drift_partitions('interaction_log')"))
                .isEqualTo(1 + 4);
    }

    @Test
    void history_that_cannot_even_be_looked_for_is_left_to_the_next_set_up_and_not_to_the_monitor()
            throws SQLException {
        withoutFirstPartition();
        db.execute(HISTORY);
        try (Connection other = db.dataSource().getConnection();
                Statement holding = other.createStatement();
                Connection operator = db.dataSource().getConnection();
                Statement setUp = operator.createStatement()) {
            other.setAutoCommit(false);
            holding.execute("LOCK TABLE interaction_log_default IN ACCESS EXCLUSIVE MODE");
            setUp.execute("SELECT drift_arrange_log('interaction_log', 'history')");
            assertThat(warnings(setUp))
                    .isEqualTo("interaction_log is in use:"
                            + " history stays in interaction_log_default until init-db is run again\n");
            other.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"history", "ahead"})
    void another_set_up_that_is_waited_for_too_long_is_not_taken_for_a_log_in_use(String step) throws SQLException {
        try (Connection other = db.dataSource().getConnection();
                Statement settingUp = other.createStatement();
                Connection operator = db.dataSource().getConnection();
                Statement setUp = operator.createStatement()) {
            other.setAutoCommit(false);
            settingUp.execute("SELECT pg_advisory_xact_lock(hashtext('drift-aware setup_database.sql'))");
            setUp.execute("SET lock_timeout = '100ms'");
            assertThatThrownBy(() -> setUp.execute("SELECT drift_arrange_log('interaction_log', '" + step + "')"))
                    .hasMessageContaining("canceling statement due to lock timeout");
            assertThat(warnings(setUp)).isEmpty();
            other.rollback();
        }
    }

    private static String warnings(Statement setUp) throws SQLException {
        StringBuilder warnings = new StringBuilder();
        for (SQLWarning one = setUp.getWarnings(); one != null; one = one.getNextWarning()) {
            warnings.append(one.getMessage()).append('\n');
        }
        return warnings.toString();
    }

    private String setUpAgain() throws SQLException {
        try (Connection operator = db.dataSource().getConnection();
                Statement setUp = operator.createStatement()) {
            setUp.execute(SetupScript.text());
            return warnings(setUp);
        }
    }

    @Test
    void many_rows_of_later_times_are_not_copied_while_nobody_can_log() throws SQLException {
        withoutFirstPartition();
        db.execute(HISTORY + "INSERT INTO interaction_log (timestamp)"
                + " SELECT now() + interval '10 years' FROM generate_series(1, 10001)");

        assertThat(setUpAgain())
                .contains("interaction_log_default holds more than 10000 rows of later times too")
                .doesNotContain("embeddings_log");
        assertThat(rowsIn("interaction_log_default")).isEqualTo(10_101);
        assertThat(rowsIn("embeddings_log_before")).isEqualTo(100);
    }

    @Test
    void a_first_partition_that_was_put_aside_is_left_alone() throws SQLException {
        db.execute("ALTER TABLE embeddings_log DETACH PARTITION embeddings_log_before");
        db.execute(HISTORY);

        assertThat(setUpAgain()).contains("embeddings_log_before is there and no partition of embeddings_log:");
        assertThat(rowsIn("embeddings_log_before")).isZero();
        assertThat(rowsIn("embeddings_log")).isEqualTo(100);
    }

    @Test
    void a_second_set_up_then_changes_nothing() {
        withoutFirstPartition();
        db.execute(HISTORY + SetupScript.text());
        String before = Catalogue.of(db);
        db.execute(SetupScript.text());
        assertThat(Catalogue.of(db)).isEqualTo(before);
    }

    @Test
    void a_row_of_a_new_partition_that_is_written_while_its_place_is_made_is_taken_along() throws Exception {
        db.execute("ALTER FUNCTION drift_make_partitions(text, integer) SET lock_timeout = '1h'");
        try (Connection writer = db.dataSource().getConnection();
                Statement writing = writer.createStatement()) {
            writer.setAutoCommit(false);
            writing.execute("INSERT INTO interaction_log (timestamp)"
                    + " VALUES (date_trunc('month', now(), 'UTC') + interval '4 months 3 days')");
            CompletableFuture<Long> made =
                    CompletableFuture.supplyAsync(() -> db.count("SELECT drift_maintain_partitions(6)"));
            awaitWaitFor("interaction_log_default");
            writer.commit();
            assertThat(made.get()).isEqualTo(3 * 3);
        }
        assertThat(rowsIn("interaction_log_default")).isZero();
        assertThat(rowsIn("interaction_log")).isEqualTo(1);
    }
}
