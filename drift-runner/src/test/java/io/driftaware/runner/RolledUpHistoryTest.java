package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftaware.core.policy.Verdict;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.FeedbackReading;
import io.driftaware.runner.store.ProfileMemory;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two months of traffic, an interaction with a score and an embedding an hour. What is older than 38 days was rolled up: up to
 * 2026-01-25 there is one profile a day. Scores are 1 by day and 0 by night, so that half a day tells another story.
 */
class RolledUpHistoryTest {
    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(3);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Instant QUARTERS_FROM = Instant.parse("2026-01-25T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    @BeforeEach
    void twoMonths() {
        db.reset();
        RawRows rows = new RawRows(db);
        Instant start = NOW.minus(DAY.multipliedBy(60));
        rows.interactions(
                60 * 24, start, DAY.multipliedBy(60), i -> i % 50 == 0, i -> false, i -> isNight(i) ? 0.0 : 1.0);
        rows.embeddings(60 * 24, start, DAY.multipliedBy(60), "query", 3, 0, "m");
        check(classic().build(), NOW);
        assertThat(db.value("SELECT max(bucket_start) FROM drift_profiles WHERE bucket_seconds = 86400"))
                .startsWith("2026-01-24");
        assertThat(db.value("SELECT min(bucket_start) FROM drift_profiles WHERE bucket_seconds = 900"))
                .startsWith("2026-01-25");
    }

    private static boolean isNight(int hoursSinceNoon) {
        return hoursSinceNoon % 24 >= 12;
    }

    private static MonitorConfigBuilder classic() {
        return MonitorConfig.builder()
                .embeddingDim(3)
                .minimumSamples(20)
                .checkInterval(Duration.ofHours(3))
                .detection(Detection.THRESHOLD);
    }

    private static CheckReport check(MonitorConfig config, Instant now) {
        try (DriftMonitor monitor = DriftMonitor.builder(db.pool())
                .config(config)
                .clock(new FixedClock(now))
                .build()) {
            return monitor.checkOnce();
        }
    }

    private static CheckReport.StreamReport stream(CheckReport report, String name) {
        return report.streams().stream()
                .filter(stream -> stream.stream().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_baseline_window_that_is_raised_into_such_days_is_insufficient_and_says_since_when_it_is_not() {
        CheckReport usual = check(classic().build(), NOW);
        assertThat(usual.classic().baselineAccuracy()).isEqualTo(0.5);
        assertThat(usual.classic().embeddingDriftScore()).isNotNull();

        CheckReport raised = check(
                classic().baseline(DAY.multipliedBy(45), DAY.multipliedBy(38)).build(), NOW);
        for (String name : new String[] {"feedback", "query_embeddings"}) {
            assertThat(stream(raised, name).verdict()).isEqualTo(Verdict.INSUFFICIENT);
            assertThat(stream(raised, name).reason())
                    .contains("the baseline window, from 2026-01-18T12:00:00Z to 2026-01-25T12:00:00Z, reaches back to")
                    .contains("2026-01-24, of which one profile of the day is kept")
                    .contains("set DRIFT_BASELINE_DAYS so that it begins at 2026-01-25T00:00:00Z or later");
        }
        assertThat(raised.classic().baselineAccuracy()).isNull();
        assertThat(raised.classic().embeddingDriftScore()).isNull();
        assertThat(stream(raised, "refusals").verdict())
                .as("its limit needs no baseline window")
                .isEqualTo(Verdict.OK);
        assertThat(raised.classic().recentAccuracy()).isEqualTo(0.5);
    }

    @Test
    void the_first_window_that_such_days_have_left_is_compared_again() {
        Instant noon = QUARTERS_FROM.plus(DAY.multipliedBy(40));
        CheckReport report = check(
                classic().baseline(DAY.multipliedBy(40), DAY.multipliedBy(33)).build(), noon);
        assertThat(report.classic().baselineAccuracy()).isEqualTo(0.5);
    }

    @Test
    void a_recent_window_that_is_raised_into_such_days_is_insufficient() {
        CheckReport report = check(
                classic()
                        .recentWindow(DAY.multipliedBy(40))
                        .baseline(DAY.multipliedBy(55), DAY.multipliedBy(41))
                        .build(),
                NOW);
        for (String name : new String[] {"feedback", "query_embeddings", "refusals", "toxicity"}) {
            assertThat(stream(report, name).verdict()).isEqualTo(Verdict.INSUFFICIENT);
            assertThat(stream(report, name).reason())
                    .contains("the recent window, from 2026-01-23T12:00:00Z, reaches back to 2026-01-24")
                    .contains("set DRIFT_RECENT_DAYS to less");
        }
        assertThat(report.classic().refusalRate()).isNull();
    }

    @Test
    void a_first_baseline_is_learned_of_hours_alone() {
        Instant later = NOW.plus(Duration.ofHours(1));
        check(
                classic()
                        .detection(Detection.CALIBRATED)
                        .baseline(DAY.multipliedBy(45), DAY.multipliedBy(36))
                        .build(),
                later);
        assertThat(db.value("SELECT min(rows_from) FROM drift_baselines WHERE stream IN ('refusals', 'feedback')"))
                .startsWith("2026-01-25");
    }

    @Test
    void a_replay_makes_such_windows_of_whole_days() throws SQLException {
        CheckWindows windows =
                CheckWindows.onGrid(NOW, DAY.multipliedBy(7), DAY.multipliedBy(45), DAY.multipliedBy(37));
        try (Connection connection = db.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            FeedbackReading live = new ProfileReader(connection, windows, new ProfileMemory(), Map.of()).feedback();
            assertThat(live.baseline()).isEqualTo(InteractionProfile.empty());
            assertThat(live.withoutBaseline()).isNotNull();

            FeedbackReading replayed = ProfileReader.replaying(connection, windows, new ProfileMemory())
                    .feedback();
            assertThat(replayed.withoutBaseline()).isNull();
            assertThat(replayed.baseline().interactions())
                    .as(
                            "not the noon of the 18th, but the six days after it, and the quarters up to the noon of the 26th")
                    .isEqualTo(6 * 24 + 36);
            assertThat(replayed.recent()).isEqualTo(live.recent());
        }
    }

    @Test
    void a_baseline_is_not_fitted_on_days_without_hours() {
        BaselineAdmin admin = new BaselineAdmin(db.dataSource(), classic().build(), () -> NOW);
        Instant from = QUARTERS_FROM.minus(DAY.multipliedBy(3));
        for (String name : new String[] {"refusals", "toxicity", "feedback"}) {
            assertThatThrownBy(() -> admin.fit(name, from, NOW))
                    .isInstanceOf(RolledUpStretchException.class)
                    .hasMessageContaining("of 2026-01-24 one profile of the day is kept")
                    .hasMessageContaining("name a stretch from 2026-01-25T00:00:00Z on");
        }
        assertThatThrownBy(() ->
                        admin.fit("refusals", QUARTERS_FROM.minusSeconds(900), QUARTERS_FROM.plus(DAY.multipliedBy(7))))
                .as("a quarter of an hour of such a day")
                .isInstanceOf(RolledUpStretchException.class);
        assertThat(admin.fit("refusals", QUARTERS_FROM, NOW).rows()).isEqualTo(38 * 24 + 12);
    }

    @Test
    void a_backtest_begins_where_hours_begin_and_says_so() {
        Instant from = QUARTERS_FROM.minus(DAY.multipliedBy(5));
        Instant to = QUARTERS_FROM.plus(DAY.multipliedBy(5));
        BacktestReport report = new Backtest(db.dataSource(), from, to)
                .run(Map.of("settings", classic().build()));

        assertThat(report.replays().get(0).checks()).isEqualTo(5 * 8);
        assertThat(report.from()).isEqualTo(QUARTERS_FROM);
        assertThat(BacktestText.of(report))
                .contains("What would have fired from 2026-01-25 00:00 to 2026-01-30 00:00 UTC\n")
                .contains("It begins then and not at 2026-01-20 00:00: of earlier days one profile each is kept");
        assertThat(report.toJson())
                .contains("\"asked_from\":\"2026-01-20T00:00:00Z\",\"from\":\"2026-01-25T00:00:00Z\"");

        BacktestReport whole = new Backtest(db.dataSource(), QUARTERS_FROM, to)
                .run(Map.of("settings", classic().build()));
        assertThat(whole.shortened()).isFalse();
        assertThat(BacktestText.of(whole)).doesNotContain("It begins");
        assertThat(whole.replays()).isEqualTo(report.replays());
    }

    @Test
    void a_backtest_of_days_without_hours_alone_is_refused() {
        Backtest backtest = new Backtest(db.dataSource(), QUARTERS_FROM.minus(DAY.multipliedBy(9)), QUARTERS_FROM);
        assertThatThrownBy(() -> backtest.run(Map.of("settings", classic().build())))
                .isInstanceOf(RolledUpStretchException.class)
                .hasMessageContaining("begin at 2026-01-25T00:00:00Z or later");
    }
}
