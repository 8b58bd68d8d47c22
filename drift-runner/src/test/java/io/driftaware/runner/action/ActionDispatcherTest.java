package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What becomes of a call, however it ends. */
class ActionDispatcherTest extends Dispatching {
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
    void waits_double_up_to_an_hour() {
        assertThat(ActionDispatcher.waitAfter(1)).isEqualTo(Duration.ofSeconds(30));
        assertThat(ActionDispatcher.waitAfter(2)).isEqualTo(Duration.ofMinutes(1));
        assertThat(ActionDispatcher.waitAfter(7)).isEqualTo(Duration.ofMinutes(32));
        assertThat(ActionDispatcher.waitAfter(8)).isEqualTo(Duration.ofHours(1));
        assertThat(ActionDispatcher.waitAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofHours(1));
    }
}
