package io.driftaware.runner.action;

import io.driftaware.runner.FixedClock;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.EpisodeRequests;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An outbox in a real database, a clock that stands still, and dispatchers whose actions are said by each test. */
abstract class Dispatching {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration TOTAL = Duration.ofDays(2);

    final FixedClock clock = new FixedClock(START);
    final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());
    final List<UUID> keys = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void reset() {
        db.reset();
    }

    interface Run {
        ActionResult run(ActionRequest request) throws Exception;
    }

    DriftAction action(String name, Run run) {
        return new DriftAction() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public ActionResult run(ActionRequest request) throws Exception {
                keys.add(request.idempotencyKey());
                return run.run(request);
            }
        };
    }

    ActionDispatcher dispatcher(DriftAction... actions) {
        return new ActionDispatcher(
                outbox(),
                List.of(actions),
                clock,
                (action, outcome) -> outcomes.add(action + " " + outcome),
                Duration.ofMillis(500),
                TOTAL,
                false);
    }

    ActionOutbox outbox() {
        return new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH, clock);
    }

    static void ask(String action, int times) throws SQLException {
        db.execute(
                "INSERT INTO drift_episodes (stream, opened_at, last_seen_at, segment) SELECT 'refusals', now(), now(),"
                        + " gen_random_uuid()::text FROM generate_series(1, " + times + ")");
        try (Connection connection = db.dataSource().getConnection()) {
            for (int i = 0; i < times; i++) {
                long episode = db.count("SELECT max(id) FROM drift_episodes") - i;
                EpisodeRequests.ask(
                        connection,
                        new EpisodeRequests.Wanted(
                                action, "retrain", "high_refusal_rate", "{\"n\": 1}", List.of(episode), false),
                        new EpisodeRequests.Limits(false, false, Duration.ZERO, 0, false),
                        START);
            }
        }
    }

    static String state() {
        return db.value("SELECT state FROM drift_actions ORDER BY id LIMIT 1");
    }

    static DriftAction notRepeatable(DriftAction action) {
        return new DriftAction() {
            @Override
            public String name() {
                return action.name();
            }

            @Override
            public ActionResult run(ActionRequest request) throws Exception {
                return action.run(request);
            }

            @Override
            public boolean repeatable() {
                return false;
            }
        };
    }
}
