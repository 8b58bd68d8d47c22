package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The role drift_writer is enough, for sending again too; where a right is missing, the message names it. */
final class LeastPrivilegeTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private final String user = "drift_app_" + UUID.randomUUID().toString().replace("-", "");
    private final Heard heard = new Heard();

    @BeforeEach
    void create_user() {
        assumeThat(DB.value("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"))
                .isEqualTo("t");
        DB.reset();
        DB.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'app'");
    }

    @AfterEach
    void drop_user() {
        DB.execute("GRANT TEMPORARY ON DATABASE " + DB.value("SELECT current_database()") + " TO PUBLIC");
        DB.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
    }

    private static void log(DriftLogger logger) {
        UUID id = logger.log(Interaction.builder().build());
        logger.log(EmbeddingRecord.query(new float[] {1, 2, 3}).withInteraction(id));
        logger.feedback(id, 1);
    }

    @Test
    void a_member_of_drift_writer_writes_and_sends_again() {
        DB.execute("GRANT drift_writer TO " + user);
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger =
                        DriftLogger.builder(network.dataSource(user, "app")).build()) {
            log(logger);
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.cutNext(FaultyNetwork.Cut.AFTER_COMMIT);
            log(logger);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(network.cuts()).isEqualTo(1);
        }
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(2);
        assertThat(Stored.rows(DB, "embeddings_log")).isEqualTo(2);
        assertThat(Stored.rows(DB, "feedback_log")).isEqualTo(2);
    }

    @Test
    void a_user_without_rights_keeps_its_events_and_is_told_which_role_to_get() {
        try (DriftLogger logger = DriftLogger.builder(Databases.as(DB, user, "app"))
                .listener(heard)
                .build()) {
            log(logger);
            Eventually.hold("told", () -> !heard.outages.isEmpty());
            assertThat(heard.outages.get(0)).contains("permission denied", "42501", "drift_writer");
            DB.execute("GRANT drift_writer TO " + user);
            assertThat(logger.flush(LONG).complete()).isTrue();
            assertThat(logger.stats().written()).isEqualTo(3);
        }
    }

    @Test
    void sending_again_without_the_right_to_temporary_tables_says_so_and_waits_for_it() {
        String name = DB.value("SELECT current_database()");
        DB.execute("GRANT drift_writer TO " + user + "; REVOKE TEMPORARY ON DATABASE " + name + " FROM PUBLIC");
        try (FaultyNetwork network = new FaultyNetwork(DB);
                DriftLogger logger = DriftLogger.builder(network.dataSource(user, "app"))
                        .listener(heard)
                        .build()) {
            log(logger);
            assertThat(logger.flush(LONG).complete()).isTrue();
            network.cutNext(FaultyNetwork.Cut.AFTER_COMMIT);
            log(logger);
            Eventually.hold(
                    "told", () -> heard.outages.stream().anyMatch(o -> o.contains("GRANT TEMPORARY ON DATABASE")));
            DB.execute("GRANT TEMPORARY ON DATABASE " + name + " TO " + user);
            assertThat(logger.flush(LONG))
                    .extracting(FlushResult::complete, FlushResult::written)
                    .containsExactly(true, 3L);
        }
        assertThat(Stored.rows(DB, "interaction_log")).isEqualTo(2);
    }
}
