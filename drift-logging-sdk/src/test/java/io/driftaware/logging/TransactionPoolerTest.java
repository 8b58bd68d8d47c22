package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.PgBouncer;
import io.driftaware.testdb.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pooler in transaction mode as the database: no state of a session may be needed from one transaction to the next. */
final class TransactionPoolerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    @Test
    void loggers_share_fewer_connections_than_they_are_and_each_event_lands_once() throws IOException {
        try (PgBouncer pooler = new PgBouncer(DB, 2)) {
            List<DriftLogger> loggers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                loggers.add(DriftLogger.builder(pooler.dataSource())
                        .embeddingModel("m", 3)
                        .batchSize(10)
                        .build());
            }
            for (int n = 0; n < 1_000; n++) {
                DriftLogger logger = loggers.get(n % loggers.size());
                logger.log(EmbeddingRecord.query(new float[] {n + 1, 2, 3}).withRefId(n));
            }
            for (DriftLogger logger : loggers) {
                assertThat(logger.flush(LONG).complete()).isTrue();
                logger.close();
            }
        }
        assertThat(DB.count("SELECT count(*) FROM embeddings_log")).isEqualTo(1_000);
        assertThat(DB.count("SELECT count(DISTINCT ref_id) FROM embeddings_log"))
                .isEqualTo(1_000);
    }

    /** An event id that is there already makes the whole batch go through a temporary table. */
    @Test
    void sending_again_works_within_one_transaction() throws IOException {
        try (PgBouncer pooler = new PgBouncer(DB, 2);
                DriftLogger logger = DriftLogger.builder(pooler.dataSource())
                        .embeddingModel("m", 3)
                        .build()) {
            DB.execute(
                    """
                    CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        IF to_regclass('pg_temp.drift_resend_embeddings_log') IS NULL THEN
                            RAISE unique_violation;
                        END IF;
                        RETURN NEW;
                    END $$;
                    CREATE TRIGGER taken BEFORE INSERT ON embeddings_log FOR EACH ROW EXECUTE FUNCTION taken();
                    """);
            for (int n = 0; n < 100; n++) {
                logger.log(EmbeddingRecord.query(new float[] {n + 1, 2, 3}).withRefId(n));
            }
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(100);
        } finally {
            DB.execute("DROP TRIGGER IF EXISTS taken ON embeddings_log");
        }
        assertThat(DB.count("SELECT count(DISTINCT ref_id) FROM embeddings_log"))
                .isEqualTo(100);
    }
}
