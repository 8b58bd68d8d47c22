package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that become partitioned, and partitions that are made ahead. */
@Timeout(120)
class PartitioningTest {
    private static final String ROWS =
            """
            SELECT md5((SELECT string_agg(i::text || i.xmin, ',' ORDER BY id) FROM interaction_log i)
                       || (SELECT string_agg(e::text || e.xmin, ',' ORDER BY id) FROM embeddings_log e)
                       || (SELECT string_agg(f::text || f.xmin, ',' ORDER BY id) FROM feedback_log f))
            """;
    private static final String BY_MONTH = "SET drift.partition = 'month';" + SetupScript.text();

    private final TestDatabase db = TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY);

    @BeforeEach
    void plain_logs_with_rows() {
        db.open();
        db.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT now() - n * interval '1 day', 'query', '{1,2,3}' FROM generate_series(0, 99) n;
                INSERT INTO interaction_log (timestamp, user_query, user_feedback_score)
                SELECT now() - n * interval '1 day', 'q' || n, 0.5 FROM generate_series(0, 99) n;
                INSERT INTO feedback_log (timestamp, interaction_id, score, source)
                SELECT timestamp, interaction_id, 0.25, 'judge' FROM interaction_log WHERE id % 2 = 0;
                """);
    }

    @AfterEach
    void drop() {
        db.close();
    }

    @Test
    void every_row_stays_where_it_is_with_the_transaction_that_wrote_it() {
        String before = db.value(ROWS);
        db.execute(BY_MONTH);
        assertThat(db.value(ROWS)).isEqualTo(before);
        assertThat(db.count("SELECT count(*) FROM interaction_log_before")).isEqualTo(100);
        assertThat(db.count("SELECT count(*) FROM feedback_scores")).isEqualTo(150);
        assertThat(db.count("SELECT recent_query_count FROM recent_drift_metrics"))
                .isBetween(7L, 8L);
    }

    private CompletableFuture<Void> setUpThatWaitsFor(String table) {
        CompletableFuture<Void> setUp = CompletableFuture.runAsync(() -> db.execute(BY_MONTH));
        while (!setUp.isDone()
                && db.count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass")
                        == 0) {
            Thread.onSpinWait();
        }
        assertThat(setUp).isNotDone();
        return setUp;
    }

    @Test
    void while_one_log_is_in_use_the_others_are_not_kept_from_anybody() throws Exception {
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM feedback_log");
            CompletableFuture<Void> setUp = setUpThatWaitsFor("feedback_log");

            db.execute(
                    "SET lock_timeout = '5s'; INSERT INTO embeddings_log (type, embedding) VALUES ('query', '{1,2,3}');"
                            + "INSERT INTO interaction_log DEFAULT VALUES");

            reader.rollback();
            setUp.get();
        }
        assertThat(db.value("SELECT drift_partition_unit()")).isEqualTo("month");
        assertThat(db.count("SELECT count(*) FROM interaction_log_before")).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(strings = {"documents", "embeddings_log", "interaction_log", "feedback_log"})
    void neither_where_the_same_run_adds_columns_that_the_original_had_not(String inUse) throws Exception {
        db.execute("ALTER TABLE documents DROP COLUMN content_hash; ALTER TABLE embeddings_log DROP COLUMN tenant;"
                + "ALTER TABLE interaction_log DROP COLUMN request_model");
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM " + inUse);
            CompletableFuture<Void> setUp = setUpThatWaitsFor(inUse);

            for (String table : new String[] {"documents", "embeddings_log", "interaction_log", "feedback_log"}) {
                if (!table.equals(inUse)) {
                    db.execute("SET lock_timeout = '5s'; SELECT count(*) FROM " + table);
                }
            }

            reader.rollback();
            setUp.get();
        }
        assertThat(db.value("SELECT drift_partition_unit()")).isEqualTo("month");
        assertThat(db.value("SELECT string_agg(attrelid::regclass::text, ' ' ORDER BY 1) FROM pg_attribute"
                        + " WHERE attrelid IN ('documents'::regclass, 'embeddings_log'::regclass, 'interaction_log'::regclass)"
                        + " AND attname IN ('content_hash', 'tenant', 'request_model')"))
                .isEqualTo("documents embeddings_log interaction_log interaction_log");
    }

    @Test
    void where_nothing_is_to_be_done_to_documents_a_search_keeps_no_log_from_being_partitioned() throws Exception {
        try (Connection reader = db.dataSource().getConnection();
                Statement reading = reader.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT count(*) FROM documents");
            db.execute(BY_MONTH);
            reader.rollback();
        }
        assertThat(db.value("SELECT drift_partition_unit()")).isEqualTo("month");
    }

    @Test
    void writing_goes_on_and_ids_with_it() {
        db.execute(BY_MONTH);
        db.execute("INSERT INTO interaction_log (user_query, user_feedback_score) VALUES ('next', 0.5)");
        assertThat(db.count("SELECT id FROM interaction_log WHERE user_query = 'next'"))
                .isEqualTo(101);
        db.execute("UPDATE interaction_log SET user_feedback_score = 0.75 WHERE user_query IN ('next', 'q50')");
        assertThat(db.count("SELECT count(*) FROM drift_feedback_changes"))
                .as("noted in new partitions and in the first")
                .isEqualTo(2);
    }

    @Test
    void a_second_run_changes_nothing_and_another_unit_is_refused() {
        db.execute(BY_MONTH);
        String before = Catalogue.of(db);
        db.execute(SetupScript.text());
        db.execute(BY_MONTH);
        assertThat(Catalogue.of(db)).isEqualTo(before);
        assertThatThrownBy(() -> db.execute("SET drift.partition = 'day';" + SetupScript.text()))
                .hasMessageContaining("the logs are partitioned by month, not by day: set DRIFT_PARTITION=month");
        assertThatThrownBy(() -> db.execute("SET drift.partition = 'year';" + SetupScript.text()))
                .hasMessageContaining("drift.partition is \"year\": set DRIFT_PARTITION to none, day, week or month");
    }

    @Test
    void rights_on_a_log_stay() {
        String user = db.user();
        db.execute("GRANT SELECT (user_query), INSERT ON interaction_log TO PUBLIC");
        db.execute(BY_MONTH);
        assertThat(db.value("SELECT relacl::text FROM pg_class WHERE relname = 'interaction_log'"))
                .contains("=a/" + user);
        assertThat(
                        db.value(
                                "SELECT attacl::text FROM pg_attribute WHERE attrelid = 'interaction_log'::regclass AND attname = 'user_query'"))
                .contains("=r/" + user);
    }

    @Test
    void what_would_go_on_reading_the_old_table_is_named_and_nothing_happens() {
        db.execute("CREATE VIEW mine AS SELECT user_query FROM interaction_log");
        assertThatThrownBy(() -> db.execute(BY_MONTH))
                .hasMessageContaining(
                        "table \"interaction_log\" cannot be partitioned, view \"mine\" reads it: drop that first");
        assertThat(db.value("SELECT drift_partition_unit()")).isEqualTo("none");
        assertThat(db.count("SELECT count(*) FROM interaction_log")).isEqualTo(100);
    }

    @Test
    void rows_of_a_time_to_come_do_not_make_the_first_partition_last() {
        db.execute("UPDATE interaction_log SET timestamp = now() + interval '10 years' WHERE id = 1;"
                + "UPDATE interaction_log SET timestamp = 'infinity' WHERE id = 2;"
                + "UPDATE interaction_log SET timestamp = '-infinity' WHERE id = 3");
        db.execute(BY_MONTH);
        assertThat(db.count("SELECT count(*) FROM interaction_log_default")).isEqualTo(2);
        assertThat(db.count("SELECT count(*) FROM interaction_log")).isEqualTo(100);
        assertThat(
                        db.count(
                                "SELECT count(*) FROM drift_partitions('interaction_log') WHERE rows_to > now() + interval '1 year'"))
                .isZero();
    }

    @Test
    void a_new_partition_takes_its_rows_out_of_the_default_one() {
        db.execute(BY_MONTH);
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, user_query)
                VALUES (date_trunc('month', now(), 'UTC') + interval '5 months 3 days', 'early')
                """);
        assertThat(db.count("SELECT count(*) FROM interaction_log_default")).isEqualTo(1);

        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isEqualTo(3 * 3);
        assertThat(db.count("SELECT count(*) FROM interaction_log_default")).isZero();
        assertThat(db.count("SELECT count(*) FROM interaction_log WHERE user_query = 'early'"))
                .isEqualTo(1);
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isZero();
    }

    private static final String IN_FOUR_MONTHS = "date_trunc('month', now(), 'UTC') + interval '4 months 3 days'";

    @Test
    void making_partitions_keeps_no_writer_waiting_but_those_of_the_default_one() throws SQLException {
        db.execute(BY_MONTH);
        try (Connection connection = db.dataSource().getConnection();
                Statement maintaining = connection.createStatement()) {
            connection.setAutoCommit(false);
            maintaining.execute("SELECT drift_maintain_partitions(6)");
            for (String time : new String[] {"now()", "now() - interval '1 year'"}) {
                db.execute("SET lock_timeout = '1ms'; INSERT INTO interaction_log (timestamp) VALUES (" + time + ");"
                        + "INSERT INTO embeddings_log (timestamp, type, embedding) VALUES (" + time
                        + ", 'query', '{1,2,3}')");
            }
            assertThatThrownBy(() -> db.execute("SET lock_timeout = '1ms'; INSERT INTO interaction_log (timestamp)"
                            + " VALUES (now() + interval '1 year')"))
                    .hasMessageContaining("lock timeout");
            assertThatThrownBy(() -> db.execute("SET lock_timeout = '1ms'; SELECT count(*) FROM interaction_log"))
                    .as("who reads the whole log waits too")
                    .hasMessageContaining("lock timeout");
            connection.rollback();
        }
    }

    /** Why the default partition is read when a partition is attached, and not spared that by a CHECK. */
    @Test
    void a_check_that_proves_the_default_partition_empty_of_a_time_refuses_its_rows_until_it_has_a_partition() {
        db.execute(BY_MONTH);
        db.execute(
                """
                DO $$
                BEGIN
                    EXECUTE format('ALTER TABLE interaction_log_default ADD CONSTRAINT none_of_them '
                                   'CHECK (timestamp < %L OR timestamp >= %L) NOT VALID',
                                   date_trunc('month', now(), 'UTC') + interval '4 months',
                                   date_trunc('month', now(), 'UTC') + interval '5 months');
                END $$
                """);
        assertThatThrownBy(() -> db.execute("INSERT INTO interaction_log (timestamp) VALUES (" + IN_FOUR_MONTHS + ")"))
                .hasMessageContaining("none_of_them");
        db.execute("ALTER TABLE interaction_log_default DROP CONSTRAINT none_of_them;"
                + "INSERT INTO interaction_log (timestamp) VALUES (" + IN_FOUR_MONTHS + ")");
    }

    @Test
    void a_writer_of_the_default_partition_that_does_not_end_makes_it_give_up() throws SQLException {
        db.execute(BY_MONTH);
        try (Connection connection = db.dataSource().getConnection();
                Statement writing = connection.createStatement()) {
            connection.setAutoCommit(false);
            writing.execute("INSERT INTO interaction_log (timestamp) VALUES (" + IN_FOUR_MONTHS + ")");
            assertThatThrownBy(() -> db.execute("SELECT drift_maintain_partitions(6)"))
                    .hasMessageContaining("lock timeout");
            connection.commit();
        }
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isEqualTo(3 * 3);
        assertThat(db.count("SELECT count(*) FROM interaction_log_default")).isZero();
    }

    @Test
    void many_rows_of_the_default_partition_stay_there_and_keep_no_later_partition_away() throws SQLException {
        db.execute(BY_MONTH);
        db.execute(
                "INSERT INTO interaction_log (timestamp) SELECT " + IN_FOUR_MONTHS + " FROM generate_series(1, 10001)");
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT drift_maintain_partitions(6)");
            assertThat(statement.getWarnings().getMessage())
                    .contains(
                            "no partition of interaction_log from ",
                            "more than 10000 rows stay in interaction_log_default");
        }
        assertThat(db.count("SELECT count(*) FROM interaction_log_default")).isEqualTo(10_001);
        assertThat(db.count("SELECT count(*) FROM drift_partitions('interaction_log')"))
                .isEqualTo(db.count("SELECT count(*) FROM drift_partitions('feedback_log')") - 1);
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isZero();
    }

    @Test
    void what_runs_with_its_owner_s_rights_is_led_astray_by_nobody_s_function() {
        db.execute(BY_MONTH);
        assertThat(
                        db.value(
                                """
                        SELECT string_agg(p.proname, ' ') FROM pg_proc p
                        WHERE p.prosecdef AND p.pronamespace = current_schema()::regnamespace
                          AND NOT 'search_path=pg_catalog, pg_temp' = ANY (COALESCE(p.proconfig, '{}'))
                        """))
                .isNull();
        assertThat(
                        db.count(
                                "SELECT count(*) FROM pg_proc WHERE prosecdef AND pronamespace = current_schema()::regnamespace"))
                .isGreaterThanOrEqualTo(6);
        // Fits better than the catalogue's, so it would be called if its schema were looked at.
        String trap = "RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'led astray'; END $$";
        db.execute("CREATE FUNCTION format(text, text, text, text, text) " + trap
                + "; CREATE FUNCTION format(text, text, text) " + trap);
        assertThatThrownBy(() -> db.execute("SELECT format('%s', 'a'::text, 'b'::text)"))
                .hasMessageContaining("led astray");
        assertThat(db.count("SELECT drift_maintain_partitions(6)")).isEqualTo(3 * 3);
        db.execute("SELECT cleanup_old_data(30); SELECT cleanup_old_interactions(30)");
    }

    @Test
    void every_partition_has_the_reader_s_index() {
        db.execute(BY_MONTH);
        assertThat(
                        db.count(
                                """
                        SELECT count(*) FROM pg_inherits p
                        WHERE inhparent IN ('embeddings_log'::regclass, 'interaction_log'::regclass, 'feedback_log'::regclass)
                          AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = p.inhrelid
                                          AND pg_get_indexdef(i.indexrelid) LIKE '%(xact_id, id)')
                        """))
                .isZero();
        assertThat(db.count("SELECT count(*) FROM pg_inherits WHERE inhparent = 'embeddings_log'::regclass"))
                .isEqualTo(1 + 1 + 3);
    }
}
