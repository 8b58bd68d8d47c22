package io.driftaware.runner.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Which action is called next, and which is left alone. */
class ActionTurnsTest extends Dispatching {
    @Test
    void a_row_for_an_action_that_runs_elsewhere_is_left_alone() throws SQLException {
        ask("elsewhere", 1);
        assertThat(dispatcher(action("a", request -> new ActionResult.Succeeded()))
                        .pass())
                .isZero();
        assertThat(state()).isEqualTo("APPROVED");
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
}
