package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is wrong with the database: events wait, the reason and the remedy are said once, and then all is written. */
final class OutageTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private final Heard heard = new Heard();

    @BeforeEach
    void empty_tables() {
        DB.reset();
    }

    private void events_survive(DataSource source, Runnable breakIt, Runnable mendIt, String... explanation) {
        try (DriftLogger logger = DriftLogger.builder(source)
                .embeddingModel("m", 3)
                .listener(heard)
                .idleTimeout(Duration.ofMinutes(5))
                .build()) {
            log(logger);
            assertThat(logger.flush(LONG).complete()).isTrue();

            breakIt.run();
            try {
                log(logger);
                Eventually.hold("an outage with " + List.of(explanation), () -> heard.outages.stream()
                        .anyMatch(o -> List.of(explanation).stream().allMatch(o::contains)));
                assertThat(logger.stats().pending()).isEqualTo(3);
                assertThat(logger.flush(Duration.ofMillis(1)).lastError())
                        .hasValueSatisfying(e -> assertThat(e).doesNotContain("\n"));
            } finally {
                mendIt.run();
            }
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(6);
            Eventually.hold("recovery", () -> !heard.recoveries.isEmpty());
        }
        assertThat(heard.outages).doesNotHaveDuplicates();
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(2);
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(2);
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(2);
    }

    private static void log(DriftLogger logger) {
        var id = logger.log(Interaction.builder().responseTimeMillis(5).build());
        logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withInteraction(id));
        logger.feedback(id, 0.5);
    }

    @Test
    void a_table_that_is_missing() {
        events_survive(
                DB.dataSource(),
                () -> DB.execute("ALTER TABLE embeddings_log RENAME TO gone"),
                () -> DB.execute("ALTER TABLE gone RENAME TO embeddings_log"),
                "embeddings_log",
                "setup_database.sql");
    }

    @Test
    void a_column_that_is_missing() {
        events_survive(
                DB.dataSource(),
                () -> DB.execute("ALTER TABLE feedback_log RENAME event_id TO gone"),
                () -> DB.execute("ALTER TABLE feedback_log RENAME gone TO event_id"),
                "feedback_log",
                "event_id",
                "setup_database.sql");
    }

    @Test
    void a_column_of_another_type() {
        events_survive(
                DB.dataSource(),
                () -> DB.execute("ALTER TABLE interaction_log ALTER response_time_ms TYPE bigint"),
                () -> DB.execute("ALTER TABLE interaction_log ALTER response_time_ms TYPE integer"),
                "interaction_log.response_time_ms is of type bigint, expected int4");
    }

    @Test
    void a_row_without_a_partition_to_go_to() {
        events_survive(
                DB.dataSource(),
                () -> DB.execute(
                        """
                        ALTER TABLE embeddings_log RENAME TO gone;
                        CREATE TABLE embeddings_log (LIKE gone INCLUDING DEFAULTS) PARTITION BY RANGE (timestamp)
                        """),
                () -> DB.execute("DROP TABLE embeddings_log; ALTER TABLE gone RENAME TO embeddings_log"),
                "no partition of relation");
    }

    @Test
    void a_server_that_is_gone() {
        try (FaultyNetwork network = new FaultyNetwork(DB)) {
            events_survive(network.dataSource(), network::goDown, network::comeUp, "08");
        }
    }

    @Test
    void a_session_that_the_administrator_ends() {
        DataSource source = DB.dataSource();
        events_survive(
                source,
                () -> DB.execute(
                        """
                        ALTER TABLE feedback_log RENAME TO gone;
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                        """),
                () -> DB.execute("ALTER TABLE gone RENAME TO feedback_log"),
                "feedback_log");
    }

    @Test
    void a_database_that_takes_no_writes() {
        String name = DB.value("SELECT current_database()");
        events_survive(
                DB.dataSource(),
                () -> DB.execute("ALTER DATABASE " + name
                        + " SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"),
                () -> DB.execute("BEGIN READ WRITE; ALTER DATABASE " + name
                        + " RESET default_transaction_read_only; COMMIT; SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()"),
                "read-only transaction",
                "point the DataSource at the primary");
    }

    @Test
    void a_password_that_is_refused_or_a_user_who_is_not_there() {
        try (DriftLogger logger = DriftLogger.builder(Databases.as(DB, "nobody_of_this_name", "wrong"))
                .listener(heard)
                .closeTimeout(Duration.ZERO)
                .build()) {
            logger.feedback(new UUID(1, 1), 1);
            Eventually.hold("outage", () -> !heard.outages.isEmpty());
            assertThat(logger.stats().pending()).isEqualTo(1);
        }
        assertThat(heard.outages)
                .singleElement()
                .asString()
                .contains("check user and password")
                .doesNotContain("wrong");
    }
}
