package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.Eventually;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UnheardActionsTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    @BeforeEach
    void anEpisodeThatAskedTheLog() {
        db.reset();
        db.execute(
                """
                INSERT INTO interaction_log (timestamp, refusal_flag)
                SELECT now() - interval '1 hour', i <= 20 FROM generate_series(1, 100) AS i
                """);
        assertThat(CommandLineRun.of(Map.of("DATABASE_URL", db.url()), "check").code())
                .isEqualTo(3);
    }

    private static List<String> lines(String... actions) throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            return UnheardActions.lines(connection, List.of(actions), Instant.now());
        }
    }

    @Test
    void an_open_episode_that_did_not_ask_an_action_is_told_with_what_can_be_done() throws SQLException {
        String episode = db.value("SELECT id FROM drift_episodes");

        assertThat(lines("log", "webhook", "webhook")).singleElement().satisfies(line -> assertThat(line)
                .startsWith("episode " + episode + " of refusals is open since 20")
                .contains("and asked log when it opened: webhook will not hear of it.")
                .endsWith("baseline accept --stream refusals ends it."));
    }

    @Test
    void nothing_is_told_of_what_was_asked_or_has_ended() throws SQLException {
        assertThat(lines("log")).isEmpty();
        assertThat(lines()).isEmpty();
        db.execute("UPDATE drift_episodes SET closed_at = now()");
        assertThat(lines("webhook")).isEmpty();
    }

    @Test
    void a_monitor_that_starts_reads_them_and_goes_on() throws Exception {
        RunningMonitor run = new RunningMonitor(
                db.url(), "run", "--drift-actions", "log,webhook", "--drift-webhook-url", "http://127.0.0.1:1/");
        Eventually.isTrue("ready", () -> run.answers("/readyz", 200, "ok"));
        assertThat(run.stop().code()).isZero();
    }
}
