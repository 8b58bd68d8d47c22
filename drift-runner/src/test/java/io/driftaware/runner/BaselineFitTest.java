package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionRecorder;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateWatch.Counts;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.core.sequential.Stratum;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BaselineFitTest {
    private static final Instant MONDAY = Instant.parse("2026-03-02T09:00:00Z");

    @Test
    void a_rate_is_kept_by_parts_of_the_week_and_unknown_flags_do_not_count() {
        RateBaseline baseline = BaselineFit.rate(
                Map.of(
                        MONDAY,
                        new FlagCounts(1, 9, 100),
                        MONDAY.plus(Duration.ofDays(1)),
                        new FlagCounts(2, 18, 0),
                        MONDAY.plus(Duration.ofDays(5)),
                        new FlagCounts(3, 7, 0),
                        MONDAY.plus(Duration.ofDays(6)),
                        new FlagCounts(0, 0, 8)),
                ZoneOffset.UTC);

        assertThat(baseline.counts())
                .containsOnly(
                        Map.entry(Stratum.WEEKDAY_MORNING, new Counts(3, 30)),
                        Map.entry(Stratum.WEEKEND_MORNING, new Counts(3, 10)));
        assertThat(baseline.rate()).isEqualTo(6.0 / 40);
    }

    @Test
    void rows_that_go_together_are_noticed_and_a_season_is_not_taken_for_it() {
        Map<Instant, FlagCounts> bursts = new TreeMap<>();
        Map<Instant, FlagCounts> season = new TreeMap<>();
        for (int day = 0; day < 28; day++) {
            Instant at = MONDAY.plus(Duration.ofDays(day));
            bursts.put(at, day % 4 == 0 ? new FlagCounts(20, 0, 0) : new FlagCounts(0, 20, 0));
            season.put(at, day % 7 < 5 ? new FlagCounts(1, 19, 0) : new FlagCounts(4, 16, 0));
        }

        assertThat(BaselineFit.rate(bursts, ZoneOffset.UTC).correlation()).isGreaterThan(0.9);
        assertThat(BaselineFit.rate(season, ZoneOffset.UTC).correlation()).isZero();
    }

    @Test
    void a_score_is_made_of_those_from_0_to_1() {
        InteractionRecorder recorder = new InteractionRecorder();
        recorder.addFeedback(0.9, 60);
        recorder.addFeedback(0.5, 40);
        recorder.addFeedback(5, 7);

        ScoreBaseline baseline = BaselineFit.score(List.of(recorder.snapshot().feedback()));

        assertThat(baseline.count()).isEqualTo(100);
        // numpy 1.26: mean and var(ddof=1) of [.9] * 60 + [.5] * 40
        assertThat(baseline.mean()).isCloseTo(0.74, within(1e-12));
        assertThat(baseline.variance()).isCloseTo(0.0387878787878788, within(1e-12));
    }
}
