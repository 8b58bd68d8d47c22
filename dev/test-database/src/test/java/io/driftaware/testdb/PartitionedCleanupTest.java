package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class PartitionedCleanupTest extends CleanupContract {
    @RegisterExtension
    static final TestDatabase db =
            TestDatabase.withSchema(3).vectorKind(VectorKind.ARRAY).partitioned("day");

    private static final String PARTITIONS =
            "SELECT count(*) FROM drift_partitions('embeddings_log') WHERE name LIKE '%_old'";

    @Override
    TestDatabase db() {
        return db;
    }

    /** As the one of a day that has passed: rows were written into it when it was today. */
    private static void oldPartition() {
        db.execute(
                """
                DROP TABLE IF EXISTS embeddings_log_old, embeddings_log_before;
                DELETE FROM embeddings_log;
                DO $$
                BEGIN
                    EXECUTE format('CREATE TABLE embeddings_log_old PARTITION OF embeddings_log FOR VALUES FROM (%L) TO (%L)',
                                   now() - interval '50 days', now() - interval '40 days');
                END
                $$;
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT now() - n * interval '1 day' - interval '1 hour', 'query', '{1,2,3}' FROM generate_series(36, 55) AS n
                """);
    }

    @Test
    void a_partition_goes_when_all_of_its_rows_are_old_and_its_rows_are_counted() {
        oldPartition();
        assertThat(db.count("SELECT count(*) FROM embeddings_log_old")).isEqualTo(10);

        assertThat(db.count("SELECT cleanup_old_data(45)")).isEqualTo(11);
        assertThat(db.count(PARTITIONS)).as("half of its rows are kept").isEqualTo(1);

        assertThat(db.count("SELECT cleanup_old_data(38)")).isEqualTo(7);
        assertThat(db.count(PARTITIONS)).isZero();
        assertThat(db.count("SELECT count(*) FROM embeddings_log")).isEqualTo(2);
    }

    @Test
    void a_late_row_of_a_dropped_partition_is_kept_in_the_default_one() {
        oldPartition();
        db.execute("SELECT cleanup_old_data(38)");
        db.execute(
                "INSERT INTO embeddings_log (timestamp, type, embedding) VALUES (now() - interval '45 days', 'query', '{1,2,3}')");
        assertThat(db.count("SELECT count(*) FROM embeddings_log_default WHERE timestamp < now() - interval '44 days'"))
                .isEqualTo(1);
    }

    @Test
    void a_partition_that_is_being_read_loses_its_rows_all_the_same() throws SQLException {
        oldPartition();
        try (Connection reader = db.dataSource().getConnection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM embeddings_log");
            assertThat(db.count("SELECT cleanup_old_data(38)")).isEqualTo(18);
            reader.rollback();
        } finally {
            db.execute("DROP TABLE IF EXISTS embeddings_log_old");
        }
        assertThat(db.count("SELECT count(*) FROM embeddings_log")).isEqualTo(2);
    }

    @Test
    void a_partition_with_a_row_that_is_not_read_stays_as_it_is() throws SQLException {
        oldPartition();
        long last = db.count("SELECT max(id) FROM embeddings_log_old");
        readUpTo(last - 1);
        assertThat(warningsOf("SELECT cleanup_old_data(38)"))
                .contains("embeddings_log_old has rows that the monitor has not read: it stays");
        assertThat(db.count("SELECT count(*) FROM embeddings_log_old")).isEqualTo(10);

        readUpTo(last);
        db.execute("SELECT cleanup_old_data(38)");
        assertThat(db.count(PARTITIONS)).isZero();
    }

    /** It was not to be seen when the partition was looked at, and is committed while its lock is waited for. */
    @Test
    @Timeout(60)
    void a_row_that_comes_while_a_partition_is_about_to_be_dropped_is_kept() throws Exception {
        oldPartition();
        readUpTo(db.count("SELECT max(id) FROM embeddings_log"));
        try (Connection writer = db.dataSource().getConnection();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO embeddings_log (timestamp, type, embedding)"
                    + " VALUES (now() - interval '45 days', 'query', '{7,7,7}')");
            CompletableFuture<Long> cleaning =
                    CompletableFuture.supplyAsync(() -> db.count("SELECT cleanup_old_data(38)"));
            while (db.count("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'embeddings_log'::regclass")
                    == 0) {
                Thread.onSpinWait();
            }
            writer.commit();
            assertThat(cleaning.get()).isEqualTo(18);
        }
        assertThat(db.count("SELECT count(*) FROM embeddings_log_old")).isEqualTo(1);
        assertThat(db.count("SELECT count(*) FROM embeddings_log")).isEqualTo(3);
    }

    @Test
    void a_partition_of_interactions_stays_while_a_score_of_one_is_still_to_be_read() {
        db.execute(
                """
                DROP TABLE IF EXISTS interaction_log_before;
                DO $$
                BEGIN
                    EXECUTE format('CREATE TABLE interaction_log_old PARTITION OF interaction_log FOR VALUES FROM (%L) TO (%L)',
                                   now() - interval '250 days', now() - interval '240 days');
                END
                $$;
                INSERT INTO interaction_log (timestamp) SELECT now() - n * interval '1 day' FROM generate_series(242, 248) n;
                """);
        String left = "SELECT count(*) FROM interaction_log WHERE timestamp < now() - interval '200 days'";
        try {
            db.execute("INSERT INTO embeddings_log (type, embedding) VALUES ('query', '{1,2,3}')");
            readUpTo(1000);
            db.execute("INSERT INTO feedback_log (interaction_id, score)"
                    + " SELECT interaction_id, 1 FROM interaction_log_old LIMIT 1");
            db.execute("SELECT cleanup_old_interactions(200)");
            assertThat(db.count(left)).isEqualTo(7);

            db.execute("UPDATE drift_checkpoints SET xact_id = (SELECT max(xact_id) FROM feedback_log)");
            assertThat(db.count("SELECT cleanup_old_interactions(200)")).isEqualTo(7);
            assertThat(db.value("SELECT to_regclass('interaction_log_old')")).isNull();
        } finally {
            db.execute("DROP TABLE IF EXISTS interaction_log_old");
        }
    }

    /** Whoever holds the lock that dropping takes keeps every writer of the log waiting. */
    @Test
    void rows_are_deleted_before_anything_is_locked_for_dropping() throws SQLException {
        oldPartition();
        db.execute(
                """
                CREATE TABLE locks_while_deleting (held bigint);
                CREATE FUNCTION note_locks() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO public.locks_while_deleting
                    SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock';
                    RETURN NULL;
                END
                $$;
                CREATE TRIGGER note AFTER DELETE ON embeddings_log FOR EACH ROW EXECUTE FUNCTION note_locks();
                """);
        try (Connection connection = db.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT cleanup_old_data(38)");
            var locks = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
                    + " AND mode = 'AccessExclusiveLock' AND relation = 'embeddings_log'::regclass");
            locks.next();
            assertThat(locks.getLong(1)).as("dropping does lock it").isEqualTo(1);
            connection.commit();
            assertThat(db.count(PARTITIONS)).isZero();
            assertThat(db.count("SELECT count(*) FROM locks_while_deleting")).isEqualTo(8);
            assertThat(db.count("SELECT max(held) FROM locks_while_deleting")).isZero();
        } finally {
            db.execute(
                    "DROP TRIGGER note ON embeddings_log; DROP FUNCTION note_locks; DROP TABLE locks_while_deleting");
        }
    }

    @Test
    void what_is_no_old_partition_of_the_log_is_not_dropped() {
        for (String other : new String[] {"documents", "embeddings_log_default", "interaction_log_default"}) {
            assertThatThrownBy(() -> db.execute("SELECT drift_drop_partitions('embeddings_log', now(), ARRAY['" + other
                            + "'::regclass::oid])"))
                    .hasMessageContaining("are not all partitions of \"embeddings_log\" before");
        }
    }
}
