package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.FixedClock;
import io.driftaware.runner.store.ActionOutbox;
import io.driftaware.runner.store.ClaimedAction;
import io.driftaware.runner.store.EpisodeRequests;
import io.driftaware.testdb.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ActionDispatcherTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration TOTAL = Duration.ofDays(2);

    private final FixedClock clock = new FixedClock(START);
    private final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());
    private final List<UUID> keys = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void reset() {
        db.reset();
    }

    private interface Run {
        ActionResult run(ActionRequest request) throws Exception;
    }

    private DriftAction action(String name, Run run) {
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

    private ActionDispatcher dispatcher(DriftAction... actions) {
        return new ActionDispatcher(
                outbox(),
                List.of(actions),
                clock,
                (action, outcome) -> outcomes.add(action + " " + outcome),
                Duration.ofMillis(500),
                TOTAL,
                false);
    }

    private ActionOutbox outbox() {
        return new ActionOutbox(db.dataSource(), ActionDispatcher.CLAIM_LENGTH, clock);
    }

    private static void ask(String action, int times) throws SQLException {
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

    private static String state() {
        return db.value("SELECT state FROM drift_actions ORDER BY id LIMIT 1");
    }

    @Test
    void an_action_that_fails_is_tried_again_with_the_same_key_and_growing_waits() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher = dispatcher(action(
                "a",
                request ->
                        request.attempt() < 3 ? new ActionResult.TryAgain("not yet") : new ActionResult.Succeeded()));

        assertThat(dispatcher.pass()).isEqualTo(1);
        assertThat(dispatcher.pass()).as("too early").isZero();
        clock.advance(Duration.ofSeconds(30));
        assertThat(dispatcher.pass()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(30));
        assertThat(dispatcher.pass()).as("too early").isZero();
        clock.advance(Duration.ofSeconds(30));
        assertThat(dispatcher.pass()).isEqualTo(1);

        assertThat(state()).isEqualTo("SUCCEEDED");
        assertThat(outcomes).containsExactly("a retrying", "a retrying", "a succeeded");
        assertThat(new HashSet<>(keys)).hasSize(1);
        assertThat(db.count("SELECT count(*) FROM model_versions")).isEqualTo(1);
    }

    @Test
    void an_action_that_never_works_is_given_up() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher = dispatcher(action("a", request -> {
            throw new IllegalStateException("line one\nline two");
        }));
        for (int i = 0; i < 20; i++) {
            dispatcher.pass();
            clock.advance(Duration.ofHours(1));
        }

        assertThat(keys).hasSize(ActionDispatcher.MOST_ATTEMPTS);
        assertThat(state()).isEqualTo("FAILED");
        assertThat(db.value("SELECT last_error FROM drift_actions"))
                .isEqualTo("IllegalStateException: line one; given up after 8 attempts");
    }

    @Test
    void an_action_that_says_no_is_not_tried_again() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher = dispatcher(action("a", request -> new ActionResult.Failed("no")));
        dispatcher.pass();
        clock.advance(Duration.ofDays(1));
        assertThat(dispatcher.pass()).isZero();

        assertThat(state()).isEqualTo("FAILED");
        assertThat(outcomes).containsExactly("a failed");
    }

    @Test
    void an_action_that_hangs_is_given_up_and_the_next_one_runs() throws SQLException {
        ask("hangs", 1);
        ask("works", 1);
        CountDownLatch never = new CountDownLatch(1);
        ActionDispatcher dispatcher = dispatcher(
                action("hangs", request -> {
                    never.await();
                    return new ActionResult.Succeeded();
                }),
                action("works", request -> new ActionResult.Succeeded()));
        dispatcher.pass();

        assertThat(outcomes).containsExactly("hangs retrying", "works succeeded");
    }

    @Test
    void an_action_that_throws_an_error_or_returns_nothing_is_a_failed_attempt() throws SQLException {
        ask("error", 1);
        ask("nothing", 1);
        dispatcher(
                        action("error", request -> {
                            throw new StackOverflowError();
                        }),
                        action("nothing", request -> nothing()))
                .pass();

        assertThat(outcomes).containsExactly("error retrying", "nothing retrying");
    }

    @SuppressWarnings("NullAway")
    private static ActionResult nothing() {
        return null;
    }

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
    void a_row_for_an_action_that_runs_elsewhere_is_left_alone() throws SQLException {
        ask("elsewhere", 1);
        assertThat(dispatcher(action("a", request -> new ActionResult.Succeeded()))
                        .pass())
                .isZero();
        assertThat(state()).isEqualTo("APPROVED");
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

    private static DriftAction notRepeatable(DriftAction action) {
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

    @Test
    void long_work_is_called_again_with_the_same_key_until_it_is_done() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher = dispatcher(action(
                "a",
                request -> keys.size() <= 2 * ActionDispatcher.MOST_ATTEMPTS
                        ? new ActionResult.Running("slice " + keys.size(), Duration.ofSeconds(10))
                        : new ActionResult.Succeeded("all slices")));
        dispatcher.pass();

        assertThat(state()).isEqualTo("RUNNING");
        assertThat(db.value("SELECT progress FROM drift_actions")).isEqualTo("slice 1");
        assertThat(dispatcher.pass()).as("too early").isZero();
        while (!state().equals("SUCCEEDED")) {
            clock.advance(Duration.ofSeconds(10));
            assertThat(dispatcher.pass()).isEqualTo(1);
        }
        assertThat(keys).hasSize(2 * ActionDispatcher.MOST_ATTEMPTS + 1);
        assertThat(new HashSet<>(keys)).hasSize(1);
        assertThat(db.value("SELECT result FROM drift_actions")).isEqualTo("all slices");
        assertThat(db.count("SELECT count(*) FROM model_versions"))
                .as("one dispatch")
                .isEqualTo(1);
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
    void a_call_that_is_not_repeatable_and_throws_waits_for_the_operator_but_one_that_says_no_is_tried_again()
            throws SQLException {
        ask("throws", 1);
        ask("refused", 1);
        dispatcher(
                        notRepeatable(action("throws", request -> {
                            throw new IllegalStateException("cut");
                        })),
                        notRepeatable(action("refused", request -> new ActionResult.TryAgain("connection refused"))))
                .pass();

        assertThat(outcomes).containsExactly("throws unknown", "refused retrying");
    }

    @Test
    void a_wait_that_the_receiver_asked_for_is_kept() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher =
                dispatcher(action("a", request -> new ActionResult.TryAgain("429", Duration.ofMinutes(10))));
        dispatcher.pass();
        clock.advance(Duration.ofMinutes(10).minusSeconds(1));
        assertThat(dispatcher.pass()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(dispatcher.pass()).isEqualTo(1);
    }

    @Test
    void a_receiver_cannot_put_an_action_off_for_good() throws SQLException {
        ask("a", 1);
        ActionDispatcher dispatcher =
                dispatcher(action("a", request -> new ActionResult.TryAgain("429", Duration.ofDays(4_000))));
        dispatcher.pass();
        clock.advance(Duration.ofDays(1));
        assertThat(dispatcher.pass()).isEqualTo(1);
    }

    @Test
    void of_one_target_only_one_is_under_way() throws SQLException {
        ask("a", 2);
        ActionDispatcher dispatcher = dispatcher(action(
                "a",
                request -> keys.size() == 1
                        ? new ActionResult.Running("begun", Duration.ofSeconds(10))
                        : new ActionResult.Succeeded()));
        assertThat(dispatcher.pass()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(dispatcher.pass()).isEqualTo(2);

        assertThat(keys.get(1)).isEqualTo(keys.get(0));
        assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
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

    @Test
    void what_awaits_approval_is_left_alone() throws SQLException {
        ask("a", 1);
        db.execute("UPDATE drift_actions SET state = 'AWAITING_APPROVAL'");
        assertThat(dispatcher(action("a", request -> new ActionResult.Succeeded()))
                        .pass())
                .isZero();
    }

    @Test
    void one_that_is_due_again_at_once_does_not_keep_the_others_waiting() throws SQLException {
        ask("long", 1);
        ask("short", 1);
        ActionDispatcher dispatcher = dispatcher(
                action(
                        "long",
                        request -> keys.size() < 20
                                ? new ActionResult.Running("a slice", Duration.ZERO)
                                : new ActionResult.Succeeded()),
                action("short", request -> new ActionResult.Succeeded()));

        assertThat(dispatcher.pass()).isEqualTo(2);
        ask("short", 1);
        assertThat(dispatcher.pass()).isEqualTo(2);

        assertThat(outcomes)
                .containsExactlyInAnyOrder("long running", "short succeeded", "long running", "short succeeded");
    }

    @Test
    void what_has_been_due_for_longest_comes_first() throws SQLException {
        ask("late", 1);
        ask("early", 1);
        db.execute(
                """
                UPDATE drift_actions
                SET next_attempt_at = timestamptz '2026-03-01 11:00Z' - CASE action WHEN 'early' THEN interval '1 hour' ELSE '0' END
                """);
        dispatcher(
                        action("late", request -> new ActionResult.Succeeded()),
                        action("early", request -> new ActionResult.Succeeded()))
                .pass();

        assertThat(outcomes).containsExactly("early succeeded", "late succeeded");
    }

    @Test
    void one_that_never_ends_is_timed_out_and_its_target_is_free() throws SQLException {
        ask("a", 2);
        ActionDispatcher dispatcher = dispatcher(action(
                "a",
                request -> new HashSet<>(keys).size() == 1
                        ? new ActionResult.Running("at it", Duration.ofHours(1))
                        : new ActionResult.Succeeded()));
        for (int hour = 0; hour < 48; hour++) {
            dispatcher.pass();
            clock.advance(Duration.ofHours(1));
        }
        assertThat(state()).isEqualTo("RUNNING");
        dispatcher.pass();

        assertThat(db.value("SELECT string_agg(state, ' ' ORDER BY id) FROM drift_actions"))
                .isEqualTo("TIMED_OUT SUCCEEDED");
        assertThat(db.value("SELECT last_error FROM drift_actions ORDER BY id LIMIT 1"))
                .isEqualTo("not done within 2 days");
    }

    @Test
    void one_whose_action_no_monitor_runs_any_more_is_timed_out_but_not_while_actions_are_paused() throws SQLException {
        ask("gone", 1);
        outbox().claim(Map.of("gone", "gone"), List.of(), START).orElseThrow();
        db.execute("INSERT INTO drift_monitor_state (key, value) VALUES ('actions_paused', 'true')");
        clock.advance(TOTAL);
        ActionDispatcher dispatcher = dispatcher(action("a", request -> new ActionResult.Succeeded()));
        dispatcher.pass();
        assertThat(state()).isEqualTo("DISPATCHED");
        db.execute("DELETE FROM drift_monitor_state");
        dispatcher.pass();

        assertThat(state()).isEqualTo("TIMED_OUT");
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

    @Test
    void while_a_call_that_was_given_up_has_not_ended_no_other_of_its_target_is_made() throws SQLException {
        ask("a", 2);
        CountDownLatch end = new CountDownLatch(1);
        dispatcher(action("a", request -> {
                    boolean ended = false;
                    while (!ended) {
                        try {
                            end.await();
                            ended = true;
                        } catch (InterruptedException e) {
                            // As one does that hangs in a socket.
                        }
                    }
                    return new ActionResult.Succeeded();
                }))
                .pass();

        assertThat(keys).hasSize(1);
        assertThat(outcomes).containsExactly("a retrying", "a retrying");
        end.countDown();
    }

    @Test
    void waits_double_up_to_an_hour() {
        assertThat(ActionDispatcher.waitAfter(1)).isEqualTo(Duration.ofSeconds(30));
        assertThat(ActionDispatcher.waitAfter(2)).isEqualTo(Duration.ofMinutes(1));
        assertThat(ActionDispatcher.waitAfter(7)).isEqualTo(Duration.ofMinutes(32));
        assertThat(ActionDispatcher.waitAfter(8)).isEqualTo(Duration.ofHours(1));
        assertThat(ActionDispatcher.waitAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofHours(1));
    }
}
