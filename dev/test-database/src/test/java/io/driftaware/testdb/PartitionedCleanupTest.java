package io.driftaware.testdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
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
}
