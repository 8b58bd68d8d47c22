package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.runner.store.ActionDesk;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What holds actions back, and what a later look finds: whole checks over a real database. */
class ActionControlTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final FixedClock clock = new FixedClock(START);
    private final RawRows rows = new RawRows(db);
    private final List<ActionRequest> calls = Collections.synchronizedList(new ArrayList<>());
    private CollectorRegistry registry = new CollectorRegistry();

    @BeforeEach
    void reset() {
        db.reset();
    }

    private DriftAction action(String name, boolean remedies) {
        return new DriftAction() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public ActionResult run(ActionRequest request) {
                calls.add(request);
                return new ActionResult.Succeeded();
            }

            @Override
            public boolean remedies(String kind) {
                return remedies && kind.equals("retrain");
            }
        };
    }

    private static MonitorConfigBuilder settings() {
        return MonitorConfig.builder()
                .embeddingDim(4)
                .detection(Detection.THRESHOLD)
                .recentWindow(Duration.ofDays(7))
                .coolDown(Duration.ZERO)
                .actions(List.of());
    }

    private DriftMonitor monitor(MonitorConfigBuilder settings, DriftAction... actions) {
        registry = new CollectorRegistry();
        DriftMonitor.Builder builder = DriftMonitor.builder(db.dataSource())
                .config(settings.build())
                .clock(clock)
                .registry(registry);
        for (DriftAction action : actions) {
            builder.action(action);
        }
        return builder.build();
    }

    /** A fifth of a hundred answers of the last hour refuse: an episode. */
    private void drift() {
        rows.interactions(
                100,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> i < 20,
                i -> false,
                i -> null);
    }

    /** So many answers that do not refuse that it is over. */
    private void recovery() {
        rows.interactions(
                3000,
                clock.instant().minus(Duration.ofHours(1)),
                Duration.ofHours(1),
                i -> false,
                i -> false,
                i -> null);
    }

    /** Eight days on, with nothing of before in the recent window. */
    private void later() {
        clock.advance(Duration.ofDays(8));
    }

    private double metric(String name, String... labels) {
        String[] names = new String[labels.length / 2];
        String[] values = new String[labels.length / 2];
        for (int i = 0; i < names.length; i++) {
            names[i] = labels[2 * i];
            values[i] = labels[2 * i + 1];
        }
        Double value = registry.getSampleValue(name, names, values);
        return value == null ? Double.NaN : value;
    }

    private static String column(String column) {
        return db.value("SELECT string_agg(COALESCE(" + column + ", '-'), ' ' ORDER BY id) FROM drift_actions");
    }

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
        try (Connection connection = db.dataSource().getConnection()) {
            new ActionDesk(connection).take(ActionDesk.Step.APPROVE, 1, clock.instant());
        }
        clock.advance(Duration.ofHours(2));
        monitor.checkOnce();
        monitor.checkOnce();

        assertThat(column("outcome")).isEqualTo("UNCLEAR");
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
        try (Connection connection = db.dataSource().getConnection()) {
            new ActionDesk(connection).take(ActionDesk.Step.APPROVE, 1, clock.instant());
        }
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
