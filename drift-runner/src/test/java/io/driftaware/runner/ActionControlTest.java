package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.ActionDesk;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What holds actions back: caps, dry runs, pauses and approval. */
class ActionControlTest extends RefusingAnswers {
    private static final Duration DAY = Duration.ofDays(1);

    private void driftAndRecoverTimes(DriftMonitor monitor, int times) {
        for (int i = 0; i < times; i++) {
            db.execute("DELETE FROM interaction_log; DELETE FROM drift_profiles");
            drift();
            monitor.checkOnce();
            clock.advance(Duration.ofHours(2));
            recovery();
            monitor.checkOnce();
            clock.advance(Duration.ofHours(2));
        }
    }

    @Test
    void beyond_the_weekly_cap_an_episode_asks_for_nothing_and_says_so() {
        DriftMonitor monitor = monitor(settings().weeklyCaps(WeeklyCaps.of(2)), action("a", false));
        driftAndRecoverTimes(monitor, 4);

        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isEqualTo(4);
        assertThat(calls).hasSize(2);
        assertThat(column("suppression_reason")).isEqualTo("- - weekly cap weekly cap");
        assertThat(
                        db.value(
                                "SELECT string_agg(COALESCE(details #>> '{suppressed,a}', '-'), ' ' ORDER BY id) FROM drift_episodes"))
                .isEqualTo("- - weekly cap weekly cap");
        assertThat(metric("drift_suppressed_actions", "action", "a", "reason", "weekly cap"))
                .isEqualTo(2.0);

        clock.advance(Duration.ofDays(7));
        driftAndRecoverTimes(monitor, 1);
        assertThat(calls).as("a week later").hasSize(3);
    }

    @Test
    void a_cap_may_be_one_action_s_own_and_log_has_none_unless_named() {
        WeeklyCaps caps = WeeklyCaps.parse("7, webhook=20,retrain=0");

        assertThat(caps.of("webhook")).isEqualTo(20);
        assertThat(caps.of("retrain")).isEqualTo(WeeklyCaps.NO_LIMIT);
        assertThat(caps.of("command")).isEqualTo(7);
        assertThat(caps.of("log")).isEqualTo(WeeklyCaps.NO_LIMIT);
        assertThat(WeeklyCaps.parse("log=1").of("log")).isEqualTo(1);
        assertThat(WeeklyCaps.parse("log=1").of("command")).isEqualTo(7);
        for (String wrong : List.of("", "-1", "x", "=3", "a=", "3.5", "99999")) {
            assertThatThrownBy(() -> WeeklyCaps.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_dry_run_does_everything_but_the_call_and_counts_like_one() {
        DriftMonitor monitor = monitor(settings().dryRun(true).weeklyCaps(WeeklyCaps.of(1)), action("a", false));
        driftAndRecoverTimes(monitor, 2);

        assertThat(calls).isEmpty();
        assertThat(column("state")).isEqualTo("SUPPRESSED SUPPRESSED");
        assertThat(column("suppression_reason")).isEqualTo("dry run weekly cap");
        assertThat(db.count("SELECT count(*) FROM model_versions")).isZero();
        assertThat(db.value("SELECT details #>> '{suppressed,a}' FROM drift_episodes ORDER BY id LIMIT 1"))
                .isEqualTo("dry run");
        assertThat(metric("drift_suppressed_actions", "action", "a", "reason", "dry run"))
                .isEqualTo(1.0);
    }

    @Test
    void a_dry_run_leaves_what_was_begun_before_it_alone() {
        drift();
        DriftMonitor monitor = monitor(settings().dryRun(true), action("a", false));
        monitor.checkOnce();
        db.execute("UPDATE drift_actions SET state = 'RUNNING', claims = 1, suppression_reason = NULL");
        monitor.checkOnce();
        db.execute("UPDATE drift_actions SET state = 'APPROVED', attempts = 1");
        monitor.checkOnce();

        assertThat(calls).isEmpty();
        assertThat(column("state")).isEqualTo("APPROVED");
    }

    @Test
    void while_actions_are_paused_no_monitor_calls_and_afterwards_they_run() throws SQLException {
        try (Connection connection = db.dataSource().getConnection()) {
            ActionDesk desk = new ActionDesk(connection);
            desk.pause(START);
            desk.pause(START.plus(DAY));
            drift();
            DriftMonitor monitor = monitor(settings(), action("a", false));
            monitor.checkOnce();
            monitor(settings(), action("a", false)).checkOnce();
            monitor(settings().dryRun(true), action("a", false)).checkOnce();

            assertThat(calls).isEmpty();
            assertThat(column("state")).isEqualTo("APPROVED");
            assertThat(desk.pausedSince()).as("since the first word").contains(START);
            assertThat(metric("drift_actions_paused")).isEqualTo(1.0);

            assertThat(desk.waiting()).isEqualTo(1);
            assertThat(desk.resume()).isTrue();
            assertThat(desk.resume()).isFalse();
            monitor(settings(), action("a", false)).checkOnce();
            assertThat(calls).hasSize(1);
            assertThat(column("state")).isEqualTo("SUCCEEDED");
        }
    }

    @Test
    void a_dry_run_beside_production_takes_none_of_its_requests_away() throws SQLException {
        DriftMonitor production = monitor(settings(), action("a", false));
        try (Connection connection = db.dataSource().getConnection()) {
            ActionDesk desk = new ActionDesk(connection);
            desk.pause(START);
            drift();
            production.checkOnce();
            desk.resume();
        }
        monitor(settings().dryRun(true), action("a", false)).checkOnce();
        assertThat(column("state")).isEqualTo("APPROVED");
        assertThat(calls).isEmpty();

        production.checkOnce();
        assertThat(column("state")).isEqualTo("SUCCEEDED");
    }

    @Test
    void a_pause_waits_for_a_claim_that_is_being_made() throws SQLException {
        try (Connection claiming = db.dataSource().getConnection();
                Connection operator = db.dataSource().getConnection()) {
            claiming.setAutoCommit(false);
            claiming.createStatement().execute("SELECT pg_advisory_xact_lock(hashtext('drift-aware action claim'))");
            operator.createStatement().execute("SET lock_timeout = '200ms'");
            ActionDesk desk = new ActionDesk(operator);

            assertThatThrownBy(() -> desk.pause(START)).hasMessageContaining("lock timeout");
            claiming.rollback();
            desk.pause(START);
            assertThat(desk.pausedSince()).contains(START);
        }
    }

    @Test
    void a_single_check_makes_one_pass_and_the_metrics_know_of_each_attempt_at_once() {
        List<Double> seen = new ArrayList<>();
        DriftAction slices = new DriftAction() {
            @Override
            public String name() {
                return "slices";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                calls.add(request);
                return calls.size() < 20
                        ? new ActionResult.Running("a slice", Duration.ZERO)
                        : new ActionResult.Succeeded();
            }
        };
        DriftAction looks = new DriftAction() {
            @Override
            public String name() {
                return "looks";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                seen.add(metric("drift_outbox_actions", "action", "slices", "state", "running"));
                return new ActionResult.Succeeded();
            }
        };
        drift();
        monitor(settings(), slices, looks).checkOnce();

        assertThat(calls).hasSize(1);
        assertThat(seen).containsExactly(1.0);
    }

    @Test
    void what_is_rejected_in_its_course_stays_so_and_counts_for_the_cool_down() {
        DriftAction rejected = new DriftAction() {
            @Override
            public String name() {
                return "a";
            }

            @Override
            public ActionResult run(ActionRequest request) throws SQLException {
                calls.add(request);
                if (calls.size() == 2) {
                    try (Connection connection = db.dataSource().getConnection()) {
                        new ActionDesk(connection).take(ActionDesk.Step.REJECT, 1, clock.instant());
                    }
                }
                return new ActionResult.Running("a slice", Duration.ZERO);
            }
        };
        DriftMonitor monitor = monitor(settings().coolDown(DAY), rejected);
        drift();
        monitor.checkOnce();
        monitor.checkOnce();
        monitor.checkOnce();
        assertThat(calls).hasSize(2);
        assertThat(column("state || ' ' || suppression_reason")).isEqualTo("SUPPRESSED rejected");

        clock.advance(Duration.ofHours(2));
        recovery();
        monitor.checkOnce();
        db.execute("DELETE FROM interaction_log; DELETE FROM drift_profiles");
        drift();
        monitor.checkOnce();
        assertThat(column("suppression_reason")).isEqualTo("rejected cool-down");
    }

    @Test
    void approval_is_asked_for_as_the_settings_say() {
        DriftAction shy = new DriftAction() {
            @Override
            public String name() {
                return "shy";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                return new ActionResult.Succeeded();
            }

            @Override
            public boolean needsApproval() {
                return true;
            }
        };
        DriftAction bold = action("bold", false);

        assertThat(Approval.parse("default").needs(shy)).isTrue();
        assertThat(Approval.parse("default").needs(bold)).isFalse();
        assertThat(Approval.parse(" bold , other").needs(bold)).isTrue();
        assertThat(Approval.parse("bold").needs(shy)).isTrue();
        assertThat(Approval.parse("ALL").needs(bold)).isTrue();
        assertThat(Approval.parse("none").needs(shy)).isFalse();
        assertThatThrownBy(() -> Approval.parse("bold,,")).hasMessageContaining("empty name");

        drift();
        monitor(settings().approval(Approval.of(List.of("bold"))), bold).checkOnce();
        assertThat(column("state")).isEqualTo("AWAITING_APPROVAL");
        assertThat(calls).isEmpty();
    }

    @Test
    void a_limit_on_an_action_that_there_is_not_is_refused() {
        for (Map.Entry<String, MonitorConfigBuilder> wrong : Map.of(
                        "DRIFT_APPROVAL", settings().approval(Approval.of(List.of("webhok"))),
                        "DRIFT_WEEKLY_CAP", settings().weeklyCaps(WeeklyCaps.parse("webhok=1")))
                .entrySet()) {
            assertThatThrownBy(() -> monitor(wrong.getValue(), action("a", false)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(wrong.getKey() + " names 'webhok'");
        }
        monitor(settings().approval(Approval.parse("a,retrain,webhook,log")), action("a", false));
    }
}
