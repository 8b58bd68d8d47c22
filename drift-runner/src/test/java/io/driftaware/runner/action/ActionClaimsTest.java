package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Several monitors at one outbox, and monitors that die, sleep or lose the database. */
class ActionClaimsTest extends Dispatching {
    @Test
    void a_claim_whose_monitor_died_runs_out_and_the_key_stays_the_same() throws SQLException {
        ask("a", 1);
        ActionOutbox dying = outbox();
        UUID claimed = dying.claim(Map.of("a", "a"), List.of(), clock.instant())
                .orElseThrow()
                .idempotencyKey();
        ActionDispatcher next = dispatcher(action("a", request -> new ActionResult.Succeeded()));

        assertThat(next.pass()).as("the claim still holds").isZero();
        clock.advance(ActionDispatcher.CLAIM_LENGTH);
        assertThat(next.pass()).isEqualTo(1);
        assertThat(keys).containsExactly(claimed);
        assertThat(db.count("SELECT count(*) FROM model_versions")).isEqualTo(1);
    }

    @Test
    void a_row_whose_every_attempt_died_is_given_up_without_another_call() throws SQLException {
        ask("a", 1);
        db.execute("UPDATE drift_actions SET attempts = " + ActionDispatcher.MOST_ATTEMPTS + ", state = 'DISPATCHED'");
        dispatcher(action("a", request -> new ActionResult.Succeeded())).pass();

        assertThat(keys).isEmpty();
        assertThat(state()).isEqualTo("FAILED");
    }

    @Test
    void dispatchers_at_the_same_time_run_each_row_once() throws Exception {
        ask("a", 40);
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    dispatcher(action("a", request -> new ActionResult.Succeeded()))
                            .pass();
                } catch (SQLException | RuntimeException e) {
                    failures.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(keys).hasSize(40).doesNotHaveDuplicates();
        assertThat(db.count("SELECT count(*) FROM drift_actions WHERE state = 'SUCCEEDED' AND attempts = 1"))
                .isEqualTo(40);
        assertThat(
                        db.value(
                                "SELECT value::text FROM drift_monitor_state WHERE key = 'dispatched:retrain:high_refusal_rate'"))
                .isEqualTo("40");
    }

    @Test
    void a_slice_whose_monitor_died_is_made_again_even_if_the_first_call_is_not_repeatable() throws SQLException {
        ask("a", 1);
        DriftAction action = notRepeatable(action(
                "a",
                request -> keys.size() == 1
                        ? new ActionResult.Running("begun", Duration.ZERO)
                        : new ActionResult.Succeeded()));
        ActionOutbox outbox = outbox();
        outbox.running(outbox.claim(Map.of("a", "a"), List.of(), START).orElseThrow(), "begun", Duration.ZERO, START);
        outbox.claim(Map.of("a", "a"), List.of(), START).orElseThrow();
        clock.advance(ActionDispatcher.CLAIM_LENGTH);
        ActionDispatcher next = dispatcher(action);
        next.pass();
        next.pass();

        assertThat(state()).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_call_that_is_not_repeatable_and_whose_monitor_died_is_not_made_again() throws SQLException {
        ask("a", 1);
        outbox().claim(Map.of("a", "a"), List.of(), START);
        clock.advance(ActionDispatcher.CLAIM_LENGTH);
        dispatcher(notRepeatable(action("a", request -> new ActionResult.Succeeded())))
                .pass();

        assertThat(keys).isEmpty();
        assertThat(state()).isEqualTo("UNKNOWN");
        assertThat(outcomes).containsExactly("a unknown");
    }

    @Test
    void whoever_lost_its_claim_cannot_write_how_its_call_ended() throws SQLException {
        ask("a", 1);
        ActionOutbox outbox = outbox();
        ClaimedAction late = outbox.claim(Map.of("a", "a"), List.of(), START).orElseThrow();
        Instant afterwards = START.plus(ActionDispatcher.CLAIM_LENGTH);
        clock.advance(ActionDispatcher.CLAIM_LENGTH);
        ClaimedAction current =
                outbox.claim(Map.of("a", "a"), List.of(), afterwards).orElseThrow();
        outbox.failed(late, "late", afterwards);
        assertThat(state()).isEqualTo("DISPATCHED");
        outbox.succeeded(current, "", afterwards);
        assertThat(state()).isEqualTo("SUCCEEDED");
    }

    /** Dispatches with the clock of the database, as every monitor does; its own clock is wrong. */
    private ActionDispatcher withAWrongClock(Duration ahead, DriftAction... actions) {
        return new ActionDispatcher(
                new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH),
                List.of(actions),
                () -> Instant.now().plus(ahead),
                (action, outcome) -> outcomes.add(action + " " + outcome),
                Duration.ofMillis(500),
                TOTAL,
                false);
    }

    @Test
    void a_monitor_whose_clock_is_ahead_takes_no_claim_from_another_and_puts_nothing_off() throws SQLException {
        ask("a", 1);
        new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH)
                .claim(Map.of("a", "a"), List.of(), START)
                .orElseThrow();
        ActionDispatcher ahead = withAWrongClock(
                Duration.ofDays(1),
                action("a", request -> new ActionResult.Succeeded()),
                action("b", request -> new ActionResult.TryAgain("not now")));
        ahead.pass();
        assertThat(keys).isEmpty();

        ask("b", 1);
        ahead.pass();
        assertThat(
                        db.value(
                                "SELECT next_attempt_at BETWEEN now() AND now() + interval '30 seconds' FROM drift_actions WHERE action = 'b'"))
                .isEqualTo("t");
    }

    private interface Hook {
        void at(int connection) throws SQLException;
    }

    /** A dispatcher to which something happens just before its n-th connection: claiming is the second, the call after the third. */
    private ActionDispatcher disturbed(Hook hook, DriftAction... actions) {
        AtomicInteger connections = new AtomicInteger();
        DataSource disturbed = (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    hook.at(connections.incrementAndGet());
                    return db.dataSource().getConnection();
                });
        return new ActionDispatcher(
                new ActionOutbox(disturbed, ActionDispatcher.CLAIM_LENGTH, clock),
                List.of(actions),
                clock,
                (action, outcome) -> outcomes.add(action + " " + outcome),
                Duration.ofMillis(500),
                TOTAL,
                false);
    }

    @Test
    void a_monitor_that_was_stopped_after_its_claim_does_not_call_when_it_wakes_up() throws SQLException {
        ask("a", 1);
        ActionDispatcher stopped = disturbed(
                connection -> {
                    if (connection == 3) {
                        clock.advance(ActionDispatcher.CLAIM_LENGTH);
                        outbox().claim(Map.of("a", "a"), List.of(), START).orElseThrow();
                    }
                },
                action("a", request -> new ActionResult.Succeeded()));
        stopped.pass();

        assertThat(keys).isEmpty();
        assertThat(state()).as("it is the other's").isEqualTo("DISPATCHED");
    }

    @Test
    void a_claim_that_is_too_old_or_overtaken_by_a_pause_is_given_back_and_nothing_is_unknown() throws SQLException {
        for (Hook hook : List.<Hook>of(
                connection -> {
                    if (connection == 3) {
                        clock.advance(ActionDispatcher.CLAIM_LENGTH);
                    }
                },
                connection -> {
                    if (connection == 3) {
                        db.execute("INSERT INTO drift_monitor_state (key, value) VALUES ('actions_paused', 'true')");
                    }
                })) {
            db.reset();
            ask("a", 1);
            disturbed(hook, notRepeatable(action("a", request -> new ActionResult.Succeeded())))
                    .pass();

            assertThat(keys).isEmpty();
            assertThat(db.value("SELECT state || ' ' || attempts FROM drift_actions"))
                    .isEqualTo("APPROVED 0");
        }
    }

    @Test
    void how_a_call_ended_is_written_when_the_database_is_back() throws SQLException {
        ask("a", 1);
        disturbed(
                        connection -> {
                            if (connection == 4 || connection == 5) {
                                throw new SQLException("away", "08006");
                            }
                        },
                        notRepeatable(action("a", request -> new ActionResult.Succeeded("done"))))
                .pass();

        assertThat(keys).hasSize(1);
        assertThat(db.value("SELECT state || ' ' || result FROM drift_actions")).isEqualTo("SUCCEEDED done");
        assertThat(outcomes).containsExactly("a succeeded");
    }
}
