package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.ActionDesk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a later look finds of an action: whether the drift went away. */
class ActionVerificationTest extends RefusingAnswers {
    @Test
    void an_action_after_which_the_drift_ends_is_verified() {
        DriftMonitor monitor = monitor(settings(), action("fix", true), action("tell", false));
        drift();
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        monitor.checkOnce();
        assertThat(column("outcome")).as("while it may last").isEqualTo("- -");

        recovery();
        monitor.checkOnce();

        assertThat(column("action || ' ' || outcome")).isEqualTo("fix VERIFIED -");
        assertThat(metric("drift_action_outcomes", "action", "fix", "outcome", "verified"))
                .isEqualTo(1.0);
    }

    @Test
    void an_action_after_which_the_drift_lasts_is_ineffective_and_the_next_one_waits_for_the_operator()
            throws SQLException {
        DriftMonitor monitor = monitor(settings(), action("fix", true), action("tell", false));
        drift();
        monitor.checkOnce();
        clock.advance(Duration.ofDays(7));
        drift();
        monitor.checkOnce();
        assertThat(column("outcome"))
                .as("a week, and not the time of a check more")
                .isEqualTo("- -");
        clock.advance(Duration.ofMinutes(15));
        monitor.checkOnce();

        assertThat(column("action || ' ' || outcome")).isEqualTo("fix INEFFECTIVE -");
        assertThat(db.value(
                        "SELECT details ->> 'action' || ' ' || severity || ' ' || (episode_id IS NOT NULL) FROM drift_events"
                                + " WHERE kind = 'action_ineffective'"))
                .isEqualTo("fix medium true");
        assertThat(metric("drift_action_outcomes", "action", "fix", "outcome", "ineffective"))
                .isEqualTo(1.0);
        assertThat(calls).hasSize(2);

        recovery();
        monitor.checkOnce();
        later();
        drift();
        monitor.checkOnce();
        assertThat(db.value(
                        "SELECT string_agg(action || ' ' || state, ', ' ORDER BY id) FROM drift_actions WHERE id > 2"))
                .isEqualTo("fix AWAITING_APPROVAL, tell SUCCEEDED");
        assertThat(db.value("SELECT progress FROM drift_actions WHERE id = 3"))
                .isEqualTo("the last one did not end the drift");

        try (Connection connection = db.dataSource().getConnection()) {
            new ActionDesk(connection).take(ActionDesk.Step.APPROVE, 3, clock.instant());
        }
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        recovery();
        monitor.checkOnce();
        later();
        drift();
        monitor.checkOnce();
        assertThat(db.value(
                        "SELECT string_agg(action || ' ' || state, ', ' ORDER BY id) FROM drift_actions WHERE id > 4"))
                .as("once one has helped, they run by themselves again")
                .isEqualTo("fix SUCCEEDED, tell SUCCEEDED");
    }

    @Test
    void what_may_be_all_that_tells_people_is_not_held_though_the_drift_lasted() {
        DriftAction fix = action("fix", true);
        DriftMonitor monitor = monitor(settings(), new DriftAction() {
            @Override
            public String name() {
                return "tells-and-fixes";
            }

            @Override
            public boolean heldIfInVain() {
                return false;
            }

            @Override
            public ActionResult run(ActionRequest request) throws Exception {
                return fix.run(request);
            }
        });
        drift();
        monitor.checkOnce();
        clock.advance(Duration.ofDays(7).plusMinutes(15));
        drift();
        monitor.checkOnce();
        assertThat(column("outcome")).isEqualTo("INEFFECTIVE");

        recovery();
        monitor.checkOnce();
        later();
        drift();
        monitor.checkOnce();

        assertThat(column("state")).isEqualTo("SUCCEEDED SUCCEEDED");
    }

    @Test
    void with_no_approval_an_ineffective_action_is_repeated() {
        DriftMonitor monitor = monitor(settings().approval(Approval.NONE), action("fix", true));
        drift();
        monitor.checkOnce();
        later();
        drift();
        monitor.checkOnce();
        recovery();
        monitor.checkOnce();
        later();
        drift();
        monitor.checkOnce();

        assertThat(column("state")).isEqualTo("SUCCEEDED SUCCEEDED");
        assertThat(db.value("SELECT outcome FROM drift_actions ORDER BY id LIMIT 1"))
                .isEqualTo("INEFFECTIVE");
    }

    @Test
    void a_request_that_an_action_is_not_for_is_not_judged() {
        DriftMonitor monitor = monitor(settings(), action("fix", true));
        drift();
        monitor.checkOnce();
        db.execute("UPDATE drift_actions SET kind = 'reindex'");
        clock.advance(Duration.ofHours(2));
        recovery();
        monitor.checkOnce();

        assertThat(column("outcome")).isEqualTo("-");
    }

    @Test
    void a_stream_that_fell_silent_says_nothing_about_an_action() {
        DriftMonitor monitor = monitor(settings(), action("fix", true));
        drift();
        monitor.checkOnce();
        later();
        monitor.checkOnce();

        assertThat(db.count("SELECT count(*) FROM drift_episodes WHERE closed_at IS NULL"))
                .isEqualTo(1);
        assertThat(column("outcome")).isEqualTo("-");
    }

    @Test
    void an_action_that_came_after_the_drift_had_ended_is_unclear() throws SQLException {
        DriftMonitor monitor = monitor(settings().approval(Approval.ALL), action("fix", true));
        drift();
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        recovery();
        monitor.checkOnce();
        approveTheFirst();
        clock.advance(Duration.ofHours(2));
        monitor.checkOnce();
        monitor.checkOnce();

        assertThat(column("outcome")).isEqualTo("UNCLEAR");
    }

    private void approveTheFirst() throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            new ActionDesk(connection).take(ActionDesk.Step.APPROVE, 1, clock.instant());
        }
    }

    /** A fifth of the answers of the last hour refuse and as many are toxic: two episodes that share a retraining. */
    private void driftOfTwo() {
        rows.interactions(
                100,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> i < 20,
                i -> i < 20,
                i -> null);
    }

    /** So many answers that are not toxic that this is over, while a fifth of them still refuses. */
    private void recoveryOfToxicity() {
        rows.interactions(
                3000,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> i % 5 == 0,
                i -> false,
                i -> null);
    }

    private static String outcomes() {
        return db.value(
                """
                SELECT string_agg(e.stream || ' ' || COALESCE(ae.outcome, '-'), ', ' ORDER BY ae.action_id, e.stream)
                FROM drift_action_episodes ae JOIN drift_episodes e ON e.id = ae.episode_id
                """);
    }

    @Test
    void what_helped_one_stream_and_not_another_is_held_for_the_other_alone() {
        DriftMonitor monitor = monitor(settings(), action("fix", true));
        driftOfTwo();
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        recoveryOfToxicity();
        monitor.checkOnce();
        assertThat(outcomes()).isEqualTo("refusals -, toxicity VERIFIED");
        assertThat(column("outcome")).as("while one may last").isEqualTo("-");

        clock.advance(Duration.ofDays(7));
        drift();
        monitor.checkOnce();
        assertThat(outcomes()).isEqualTo("refusals INEFFECTIVE, toxicity VERIFIED");
        assertThat(column("outcome")).as("the worst of them").isEqualTo("INEFFECTIVE");
        assertThat(
                        db.value(
                                "SELECT string_agg(details ->> 'stream', ' ') FROM drift_events WHERE kind = 'action_ineffective'"))
                .isEqualTo("refusals");

        recovery();
        monitor.checkOnce();
        later();
        driftOfTwo();
        monitor.checkOnce();
        assertThat(db.value(
                        "SELECT string_agg(reason || ' ' || state, ', ' ORDER BY id) FROM drift_actions WHERE id > 1"))
                .isEqualTo("high_toxicity_rate SUCCEEDED, high_refusal_rate AWAITING_APPROVAL");
        assertThat(calls.get(1).payload()).contains("toxicity").doesNotContain("refusal");
        assertThat(db.value(
                        "SELECT string_agg(COALESCE(progress, '-'), ', ' ORDER BY id) FROM drift_actions WHERE id > 1"))
                .isEqualTo("-, the last one did not end the drift");
    }

    @Test
    void an_action_is_verified_only_if_that_is_known_of_all_its_episodes() throws SQLException {
        DriftMonitor monitor = monitor(settings().approval(Approval.ALL), action("fix", true));
        driftOfTwo();
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        recoveryOfToxicity();
        monitor.checkOnce();
        approveTheFirst();
        clock.advance(Duration.ofHours(2));
        monitor.checkOnce();
        clock.advance(Duration.ofHours(2));
        for (int i = 0; i < 7; i++) {
            recovery();
        }
        monitor.checkOnce();

        assertThat(outcomes()).isEqualTo("refusals VERIFIED, toxicity UNCLEAR");
        assertThat(column("outcome")).isEqualTo("UNCLEAR");
    }
}
