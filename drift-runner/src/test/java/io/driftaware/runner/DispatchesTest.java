package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.action.ActionDispatcher;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.metrics.MonitorMetrics;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.Rebase;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database with an action that may run, restored into another cluster: where it came from it was perhaps run since. */
class DispatchesTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private final List<ActionRequest> calls = new ArrayList<>();

    @BeforeEach
    void reset() {
        db.reset();
        db.execute(
                "INSERT INTO drift_actions (action, kind, state, reason) VALUES ('a', 'reindex', 'APPROVED', 'drift')");
    }

    private Dispatches dispatches() {
        DriftAction action = new DriftAction() {
            @Override
            public String name() {
                return "a";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                calls.add(request);
                return new ActionResult.Succeeded();
            }
        };
        MonitorMetrics metrics = new MonitorMetrics(Map.of(), Duration.ofMinutes(15), List.of("a"));
        OutboxMetrics told = new OutboxMetrics(db.dataSource(), metrics);
        return new Dispatches(
                new ActionDispatcher(
                        new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH),
                        List.of(action),
                        new FixedClock(NOW),
                        told,
                        Duration.ofDays(7),
                        false),
                db.dataSource(),
                told);
    }

    @Test
    void calls_nothing_in_a_database_that_was_restored_until_somebody_has_looked() throws SQLException {
        db.execute(
                "INSERT INTO drift_checkpoints (reader, xact_id, row_id, system_identifier) VALUES ('embeddings', '0', 0, '1')");
        Dispatches dispatches = dispatches();
        dispatches.betweenChecks();
        dispatches.afterCheck();
        assertThat(calls).isEmpty();

        try (CheckSession session = CheckSession.open(db.dataSource())) {
            assertThat(session.write(Rebase::run)).endsWith("; 1 open actions wait for your word: see actions list");
        }
        dispatches.betweenChecks();
        assertThat(calls).isEmpty();
        assertThat(db.value("SELECT state FROM drift_actions")).isEqualTo("AWAITING_APPROVAL");
    }

    @Test
    void calls_what_is_due_in_the_cluster_that_was_read() {
        dispatches().betweenChecks();
        assertThat(calls).hasSize(1);
    }

    @Test
    void what_was_begun_before_the_dump_is_unknown_and_what_has_ended_stays() throws SQLException {
        db.execute(
                """
                INSERT INTO drift_actions (action, kind, state, claims)
                VALUES ('a', 'reindex', 'APPROVED', 1), ('a', 'reindex', 'DISPATCHED', 1), ('a', 'reindex', 'RUNNING', 1),
                       ('a', 'reindex', 'SUCCEEDED', 1), ('a', 'reindex', 'AWAITING_APPROVAL', 0)
                """);
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            session.write(Rebase::run);
        }
        assertThat(db.value("SELECT string_agg(state, ' ' ORDER BY id) FROM drift_actions"))
                .isEqualTo("AWAITING_APPROVAL UNKNOWN UNKNOWN UNKNOWN SUCCEEDED AWAITING_APPROVAL");
    }
}
