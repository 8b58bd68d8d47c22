package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs that become partitioned, and partitions that are made ahead. */
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
