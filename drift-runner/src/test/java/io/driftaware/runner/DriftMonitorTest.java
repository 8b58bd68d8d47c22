package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.action.ActionRequest;
import io.driftaware.runner.action.ActionResult;
import io.driftaware.runner.action.DriftAction;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DriftMonitorTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final FixedClock clock = new FixedClock(START);
    private final CollectorRegistry registry = new CollectorRegistry();
    private final RawRows rows = new RawRows(db);

    @BeforeEach
    void reset() {
        db.reset();
    }

    private DriftMonitor.Builder builder() {
        return builder(db.pool());
    }

    private DriftMonitor.Builder builder(DataSource dataSource) {
        return DriftMonitor.builder(dataSource)
                .config(MonitorConfig.builder()
                        .detection(Detection.THRESHOLD)
                        .embeddingDim(4)
                        .checkInterval(Duration.ofMillis(20))
                        .build())
                .clock(clock)
                .nanoTime(() -> 0)
                .registry(registry);
    }

    private void refusals() {
        refusalsWithFeedback(null);
    }

    private void refusalsWithFeedback(@Nullable Double score) {
        rows.interactions(100, START.minus(DAY), DAY, i -> i < 20, i -> false, i -> score);
    }

    /** The data source, cut off while the flag is set. */
    private static DataSource cutOff(DataSource real, AtomicBoolean away) {
        return (DataSource) Proxy.newProxyInstance(
                DriftMonitorTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    if (away.get()) {
                        throw new SQLException("FATAL: the database system is starting up", "57P03");
                    }
                    return method.invoke(real, args);
                });
    }

    @Test
    void a_stream_that_cannot_be_read_says_why_and_the_others_go_on() {
        refusalsWithFeedback(0.5);
        db.execute(
                """
                CREATE OR REPLACE VIEW feedback_scores AS
                SELECT i.timestamp AS interaction_time, i.interaction_id, 'user'::text AS source,
                       (1 / (i.id - i.id))::numeric(3, 2) AS score, i.id AS interaction_row, '' AS segment
                FROM interaction_log i
                """);
        try (DriftMonitor monitor = builder().build()) {
            CheckReport report = monitor.checkOnce();

            assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(report.streams())
                    .filteredOn(stream -> stream.stream().equals("feedback"))
                    .singleElement()
                    .satisfies(stream -> {
                        assertThat(stream.verdict()).isEqualTo(Verdict.INSUFFICIENT);
                        assertThat(stream.reason()).contains("reading failed").contains("division by zero");
                    });
            assertThat(registry.getSampleValue("drift_detection_errors_total")).isEqualTo(1.0);
            assertThat(registry.getSampleValue("drift_detection_runs_total")).isEqualTo(1.0);
            assertThat(monitor.health().ready()).isTrue();
        } finally {
            db.setUp(4, db.vectorKind());
        }
    }

    @Test
    void a_connection_that_breaks_in_the_middle_fails_the_check_in_one_line_and_the_next_one_works() {
        refusalsWithFeedback(0.5);
        db.execute(
                """
                CREATE OR REPLACE VIEW feedback_scores AS
                SELECT i.timestamp AS interaction_time, i.interaction_id, 'user'::text AS source,
                       (pg_terminate_backend(pg_backend_pid())::int)::numeric(3, 2) AS score,
                       i.id AS interaction_row, '' AS segment
                FROM interaction_log i
                """);
        try (DriftMonitor monitor = builder().build()) {
            assertThatThrownBy(monitor::checkOnce)
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageStartingWith("check failed: ")
                    .hasMessageContaining("terminating connection")
                    .hasMessageNotContaining("\n");
            assertThat(monitor.health().state()).isEqualTo("failing");
            assertThat(db.count("SELECT count(*) FROM drift_episodes")).isZero();

            db.setUp(4, db.vectorKind());
            assertThat(monitor.checkOnce().verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(monitor.health().ready()).isTrue();
        }
    }

    @Test
    void a_monitor_that_finds_another_at_work_reports_what_that_one_found() throws Exception {
        refusals();
        CheckReport leaders;
        try (DriftMonitor leader = DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(4)
                        .detection(Detection.THRESHOLD)
                        .build())
                .clock(clock)
                .build()) {
            leaders = leader.checkOnce();
        }
        try (Connection busy = db.dataSource().getConnection();
                DriftMonitor follower = builder().build()) {
            busy.createStatement().execute("SELECT pg_advisory_lock(" + 0x4472_6966_7441_7761L + ")");

            CheckReport followed = follower.checkOnce();

            assertThat(followed.toJson()).isEqualTo(leaders.toJson());
            assertThat(followed).isEqualTo(leaders);
            assertThat(Collections.list(registry.metricFamilySamples()))
                    .extracting(family -> family.name)
                    .containsExactly("drift_leader");
            assertThat(registry.getSampleValue("drift_leader")).isZero();
        }
        // The server lets go of a closed session's lock a moment after the client has left.
        Eventually.isTrue(
                "the locks are free",
                () -> db.count(
                                """
                        SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                        WHERE l.locktype = 'advisory' AND d.datname = current_database()
                        """)
                        == 0);
    }

    @Test
    void a_follower_before_the_first_result_says_so() throws SQLException {
        try (Connection busy = db.dataSource().getConnection();
                DriftMonitor follower = builder().build()) {
            busy.createStatement().execute("SELECT pg_advisory_lock(" + 0x4472_6966_7441_7761L + ")");

            assertThatThrownBy(follower::checkOnce)
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessageContaining("another monitor");
        }
    }

    @Test
    void a_follower_before_the_first_result_asks_again_between_the_checks() throws SQLException {
        try (DriftMonitor follower = builder().build()) {
            try (Connection busy = db.dataSource().getConnection()) {
                busy.createStatement().execute("SELECT pg_advisory_lock(" + 0x4472_6966_7441_7761L + ")");
                assertThatThrownBy(follower::checkOnce).hasMessageContaining("another monitor");
                follower.betweenChecks();
                assertThat(follower.health().ready()).isFalse();
                busy.createStatement().execute("SELECT pg_advisory_unlock_all()");
            }

            follower.betweenChecks();

            assertThat(follower.health().ready()).isTrue();
            assertThat(registry.getSampleValue("drift_leader")).isEqualTo(1);
            assertThat(registry.getSampleValue("drift_detection_errors_total"))
                    .as("to wait for another monitor is no error")
                    .isZero();
        }
    }

    @Test
    void monitors_that_check_at_the_same_moment_act_once() throws Exception {
        refusals();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                        .config(MonitorConfig.builder()
                                .embeddingDim(4)
                                .detection(Detection.THRESHOLD)
                                .build())
                        .clock(clock)
                        .build()) {
                    for (int check = 0; check < 5; check++) {
                        try {
                            monitor.checkOnce();
                        } catch (DriftMonitorException e) {
                            if (!e.getMessage().contains("another monitor")) {
                                throw e;
                            }
                        }
                    }
                } catch (RuntimeException e) {
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
        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isEqualTo(1);
        assertThat(db.count("SELECT sum(attempts) FROM drift_actions")).isEqualTo(1);
        assertThat(db.count("SELECT value::text::int FROM drift_monitor_state WHERE key LIKE 'dispatched:%'"))
                .isEqualTo(1);
    }

    @Test
    void a_schedule_survives_a_database_that_goes_away_and_comes_back() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        try (DriftMonitor monitor = builder(cutOff(db.dataSource(), away)).build()) {
            assertThat(monitor.health().state()).isEqualTo("starting");
            monitor.start();

            Eventually.isTrue("the check fails", () -> monitor.health().state().equals("failing"));
            assertThat(monitor.health().live()).isTrue();
            assertThat(monitor.health().ready()).isFalse();
            assertThat(monitor.health().lastError())
                    .hasValueSatisfying(
                            error -> assertThat(error).contains("starting up").contains("tries again"));
            away.set(false);
            Eventually.isTrue("the monitor is ready", () -> monitor.health().ready());
            assertThat(monitor.lastReport()).isPresent();
            assertThat(registry.getSampleValue("drift_detection_errors_total")).isPositive();
            assertThatThrownBy(monitor::start).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_closed_monitor_is_not_live_and_leaves_the_registry() {
        DriftMonitor monitor = builder().build();
        monitor.checkOnce();
        monitor.close();

        assertThat(monitor.health().live()).isFalse();
        assertThat(Collections.list(registry.metricFamilySamples())).isEmpty();
    }

    @Test
    void health_is_overdue_when_no_check_succeeded_for_three_intervals() {
        AtomicLong passed = new AtomicLong();
        try (DriftMonitor monitor = builder().nanoTime(passed::get).build()) {
            monitor.checkOnce();
            assertThat(monitor.health().state()).isEqualTo("ok");
            clock.advance(Duration.ofHours(5));
            assertThat(monitor.health().state()).as("the clock was put forward").isEqualTo("ok");
            passed.addAndGet(Duration.ofMillis(61).toNanos());
            assertThat(monitor.health().state()).isEqualTo("overdue");
            assertThat(monitor.health().ready()).isFalse();
        }
    }

    @Test
    void a_check_that_fails_is_one_line_and_writes_nothing() {
        db.execute("DROP TABLE drift_action_episodes");
        try (DriftMonitor monitor = builder().build()) {
            assertThatThrownBy(monitor::checkOnce)
                    .isInstanceOf(DriftMonitorException.class)
                    .hasMessage("the schema lacks drift_action_episodes: run init-db again");
            assertThat(registry.getSampleValue("drift_detection_errors_total")).isEqualTo(1.0);
        } finally {
            db.setUp(4, db.vectorKind());
        }
        assertThat(db.count("SELECT count(*) FROM drift_monitor_state")).isZero();
    }

    @Test
    void a_decision_that_cannot_be_written_leaves_no_half_of_it() {
        refusals();
        db.execute("ALTER TABLE drift_actions ADD CONSTRAINT broken CHECK (kind <> 'retrain')");
        try (DriftMonitor monitor = builder().build()) {
            assertThatThrownBy(monitor::checkOnce).isInstanceOf(DriftMonitorException.class);
        } finally {
            db.execute("ALTER TABLE drift_actions DROP CONSTRAINT broken");
        }
        assertThat(
                        db.count(
                                "SELECT (SELECT count(*) FROM drift_episodes) + (SELECT count(*) FROM drift_events WHERE kind <> 'schema_setup')"))
                .isZero();
    }

    @Test
    void an_action_of_the_app_gets_the_request_and_one_that_throws_does_not_hurt_the_check() {
        refusals();
        List<ActionRequest> requests = new ArrayList<>();
        DriftAction own = new DriftAction() {
            @Override
            public String name() {
                return "own";
            }

            @Override
            public ActionResult run(ActionRequest request) {
                requests.add(request);
                throw new IllegalStateException("not today");
            }
        };
        try (DriftMonitor monitor = builder().action(own).build()) {
            assertThat(monitor.checkOnce().verdict()).isEqualTo(Verdict.DRIFT);
            assertThat(monitor.checkOnce().verdict()).isEqualTo(Verdict.DRIFT);
        }

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.kind()).isEqualTo("retrain");
            assertThat(request.reason()).isEqualTo("high_refusal_rate");
            assertThat(request.payload())
                    .contains("\"streams\": [\"refusals\"]")
                    .contains("\"refusal_rate\": 0.2");
            assertThat(withoutSpace(request.payload().replaceAll("\"episodes\": \\[\\d+]", "\"episodes\": [1]")))
                    .as("the example in docs/actions.md")
                    .isEqualTo(withoutSpace(exampleOfTheGuide()));
        });
        assertThat(db.value("SELECT state || ' ' || last_error FROM drift_actions WHERE action = 'own'"))
                .isEqualTo("APPROVED IllegalStateException: not today");
        assertThat(db.value("SELECT state FROM drift_actions WHERE action = 'log'"))
                .isEqualTo("SUCCEEDED");
        assertThat(db.count("SELECT value::text::int FROM drift_monitor_state WHERE key LIKE 'dispatched:%'"))
                .as("two actions of one decision count once")
                .isEqualTo(1);
    }

    private static String exampleOfTheGuide() {
        String mark = "<!-- example: request body -->\n```json\n";
        try {
            String guide = Files.readString(
                    Path.of(System.getProperty("drift.root", "..")).resolve("docs/actions.md"));
            assertThat(guide).contains(mark);
            String from = guide.substring(guide.indexOf(mark) + mark.length());
            return from.substring(0, from.indexOf("```"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutSpace(String json) {
        return json.replaceAll("\\s", "");
    }

    @Test
    void an_action_that_nobody_knows_is_refused_with_the_remedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DriftMonitor.builder(db.pool())
                        .config(MonitorConfig.builder()
                                .detection(Detection.THRESHOLD)
                                .actions(List.of("rocket"))
                                .build())
                        .build())
                .withMessageContaining("'rocket'")
                .withMessageContaining("log, webhook");
    }

    @Test
    void rows_that_cannot_be_used_are_counted_and_do_not_stop_the_stream() {
        rows.interactions(60, START.minus(DAY), DAY, i -> false, i -> false, i -> 0.5);
        db.execute("UPDATE interaction_log SET user_feedback_score = 'NaN' WHERE id <= 2");
        try (DriftMonitor monitor = builder().build()) {
            CheckReport report = monitor.checkOnce();

            assertThat(report.classic().recentAccuracy()).isEqualTo(0.5);
            assertThat(registry.getSampleValue(
                            "drift_rows_rejected", new String[] {"stream"}, new String[] {"feedback"}))
                    .isEqualTo(2.0);
        }
    }
}
