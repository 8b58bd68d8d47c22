package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two monitors that run on one database. */
class TakeOverTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(4);

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String EPOCH = "SELECT value ->> 'epoch' FROM drift_monitor_state WHERE key = 'leader'";
    private static final String LAST_CHECK =
            "SELECT extract(epoch FROM updated_at)::bigint FROM drift_monitor_state WHERE key = 'last_report'";

    private final FixedClock clock = new FixedClock(START);

    @BeforeEach
    void empty() {
        db.reset();
    }

    private DriftMonitor monitor(Duration interval) {
        return DriftMonitor.builder(db.pool())
                .config(MonitorConfig.builder()
                        .embeddingDim(4)
                        .checkInterval(interval)
                        .build())
                .clock(clock)
                .build();
    }

    @Test
    void who_is_stopped_in_order_leaves_the_lead_and_the_check_that_is_due_to_the_other() throws Exception {
        DriftMonitor first = monitor(HOUR);
        first.start();
        Eventually.isTrue("the first is ready", () -> first.health().ready());
        try (DriftMonitor second = monitor(HOUR)) {
            second.start();
            Eventually.isTrue("the second is ready", () -> second.health().ready());
            assertThat(db.value(EPOCH)).isEqualTo("1");

            clock.advance(HOUR);
            first.close();

            long due = clock.instant().getEpochSecond();
            Eventually.isTrue("the second made the check that was due", () -> db.count(LAST_CHECK) == due);
            assertThat(db.value(EPOCH)).isEqualTo("2");
        }
    }

    @Test
    void who_takes_over_before_a_check_is_due_makes_none() throws Exception {
        DriftMonitor first = monitor(HOUR);
        first.start();
        Eventually.isTrue("the first is ready", () -> first.health().ready());
        try (DriftMonitor second = monitor(HOUR)) {
            second.start();
            Eventually.isTrue("the second is ready", () -> second.health().ready());
            long made = db.count(LAST_CHECK);

            clock.advance(HOUR.dividedBy(2));
            first.close();

            Eventually.isTrue("the second has the lead", () -> "2".equals(db.value(EPOCH)));
            assertThat(db.count(LAST_CHECK)).isEqualTo(made);
            assertThat(second.checkOnce().at()).as("but one who is asked does").isEqualTo(clock.instant());
        }
    }

    @Test
    void a_leader_whose_session_was_ended_leads_again_and_goes_on() throws Exception {
        try (DriftMonitor monitor = monitor(HOUR)) {
            monitor.start();
            Eventually.isTrue("the monitor is ready", () -> monitor.health().ready());
            db.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """);

            Eventually.isTrue("it has the lead again", () -> "2".equals(db.value(EPOCH)));
            assertThat(monitor.checkOnce().at()).isEqualTo(START);
        }
    }

    @Test
    void a_clock_that_goes_back_or_forward_doubles_no_row_and_loses_none() {
        RawRows rows = new RawRows(db);
        DriftMonitor monitor = monitor(HOUR);
        Duration[] jumps = {Duration.ofHours(5), Duration.ofHours(-9), Duration.ofMinutes(-1), Duration.ofHours(30)};
        int written = 0;
        Instant last = Instant.MIN;
        for (Duration jump : jumps) {
            rows.interactions(100, START.minus(HOUR), HOUR, i -> i % 50 == 0, i -> false, i -> 0.8);
            written += 100;
            Instant at = monitor.checkOnce().at();
            assertThat(at).as("time of checks never goes back").isAfter(last);
            last = at;
            clock.advance(jump);
        }
        monitor.checkOnce();

        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles WHERE stream = 'interactions'"))
                .isEqualTo(written);
        assertThat(db.count("SELECT count(*) FROM drift_episodes")).isZero();
    }
}
