package io.driftaware.core.detect;

import static io.driftaware.core.detect.UntidyTrafficTest.p;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.SyntheticTopics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Traffic of ten topics on working days, of five of them at weekends; three weeks of it are the baseline. */
class SeasonalWindowTest {

    private static final int WEEKDAY = 10;
    private static final int WEEKEND = 5;
    private static final int STRANGE = 2;
    private static final int ROWS = 240;
    private static final Duration BUCKET = Duration.ofHours(1);
    private static final Instant SATURDAY = SyntheticTopics.MONDAY.plus(Duration.ofDays(5));

    /** Topics, and what is normal of them. */
    private record Traffic(SyntheticTopics topics, EmbeddingBaseline baseline) {}

    private static final List<Traffic> TRAFFIC = IntStream.range(0, 5)
            .mapToObj(SeasonalWindowTest::topics)
            .map(topics ->
                    new Traffic(topics, topics.weekly(21, 250, WEEKDAY, WEEKEND).fit(1)))
            .toList();

    private final SyntheticTopics topics = TRAFFIC.get(0).topics;
    private final EmbeddingBaseline baseline = TRAFFIC.get(0).baseline;

    @Test
    void daily_windows_over_weeks_keep_their_level_and_without_the_season_every_weekend_alarms() {
        int days = 0;
        int alarms = 0;
        int weekends = 0;
        int weekendAlarmsWithout = 0;
        for (Traffic traffic : TRAFFIC) {
            for (int day = 0; day < 21; day++) {
                // From noon to noon: Fridays and Sundays lie in both parts of the week
                Instant start = SyntheticTopics.MONDAY.plus(Duration.ofHours(day * 24 + 12));
                SortedMap<Instant, ScoredProfile> window = window(traffic.topics, start, 0, traffic.baseline);
                days++;
                alarms += p(verdict(window, traffic.baseline)) < .05 ? 1 : 0;
                if (day % 7 == 5) {
                    weekends++;
                    weekendAlarmsWithout += p(withoutSeason(window, traffic.baseline)) < .05 ? 1 : 0;
                }
            }
        }
        assertThat(alarms).isLessThanOrEqualTo(Bounds.most(days, .08));
        assertThat(weekendAlarmsWithout).isEqualTo(weekends);
    }

    /** Alone in its part of the week a burst would be all that there is to see. */
    @Test
    void a_burst_in_the_first_hours_of_a_weekend_is_no_drift() {
        for (Traffic traffic : TRAFFIC) {
            for (int hours = 1; hours <= 11; hours += 5) {
                Instant last = SATURDAY.plus(BUCKET.multipliedBy(hours - 1));
                SortedMap<Instant, ScoredProfile> window =
                        window(traffic.topics, last.minus(BUCKET.multipliedBy(23)), 0, traffic.baseline);
                Finding.Compared before = verdict(window, traffic.baseline);
                List<float[]> burst = IntStream.range(0, 40)
                        .mapToObj(i -> traffic.topics.row(WEEKDAY))
                        .toList();
                window.put(last, traffic.topics.profile(burst, traffic.baseline));
                Finding.Compared found = verdict(window, traffic.baseline);
                if (hours < 11) {
                    assertThat(p(found)).as("the weekend has hardly begun").isEqualTo(p(before));
                    assertThat(found.recentSamples()).isEqualTo(240 - 10 * hours);
                }
                assertThat(p(found)).isGreaterThan(1e-4);
                assertThat(found.exceeded()).isFalse();
            }
        }
    }

    @Test
    void rows_of_a_part_that_has_hardly_begun_count_towards_enough() {
        SortedMap<Instant, ScoredProfile> window = window(topics, SATURDAY.minus(BUCKET.multipliedBy(19)), 0, baseline);
        assertThat(verdict(window, baseline).recentSamples()).isEqualTo(190);
        assertThat(WindowVerdict.withDefaults().withMinimumSamples(ROWS + 1).compare(window, baseline))
                .isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void new_topics_at_a_weekend_are_found() {
        for (Traffic traffic : TRAFFIC) {
            Finding.Compared found = verdict(window(traffic.topics, SATURDAY, .2, traffic.baseline), traffic.baseline);
            assertThat(p(found)).isLessThan(.01);
            assertThat(found.exceeded()).isTrue();
            assertThat(found.value()).isLessThan(.3);
        }
    }

    @Test
    void a_weekday_mix_at_a_weekend_is_drift() {
        SortedMap<Instant, ScoredProfile> window = new TreeMap<>();
        for (int hour = 0; hour < 24; hour++) {
            window.put(SATURDAY.plus(BUCKET.multipliedBy(hour)), topics.profile(topics.rows(10, WEEKDAY), baseline));
        }
        Finding.Compared found = verdict(window, baseline);
        assertThat(p(found)).isLessThan(.001);
        assertThat(found.exceeded()).isTrue();
        Explanation explanation = Explanation.of(window, baseline);
        // Half of the rows are of topics that weekends do not have; rows between two clusters blur the share
        assertThat(explanation.driftedShare()).isBetween(.1, .5);
        assertThat(explanation.clusters().get(0).z()).isGreaterThan(3);
        assertThat(explanation.grown().get(0).pValue()).isLessThan(.01);
        assertThat(explanation.grown().get(0).share())
                .isGreaterThan(2 * explanation.grown().get(0).shareBefore());
    }

    @Test
    void a_quiet_weekend_explains_itself_by_weekends() {
        SortedMap<Instant, ScoredProfile> window = window(topics, SATURDAY, 0, baseline);
        assertThat(Explanation.of(window, baseline).driftedShare())
                .isLessThan(
                        Explanation.of(List.copyOf(window.values()), baseline).driftedShare() / 2);
    }

    @Test
    void rows_of_both_parts_weigh_by_their_number() {
        SortedMap<Instant, ScoredProfile> window = window(topics, SATURDAY.minus(Duration.ofHours(12)), 0, baseline);
        window.put(SATURDAY, topics.profile(topics.rows(130, WEEKEND), baseline));
        SeasonalWindow both = SeasonalWindow.of(window, baseline);
        assertThat(both.parts()).hasSize(2);
        assertThat(both.weight(0)).isEqualTo(120 / 360.0);
        assertThat(both.weight(1)).isEqualTo(240 / 360.0);
        assertThat(both.whole()).isEqualTo(ScoredProfile.merge(window.values()));
        SeasonalWindow friday = SeasonalWindow.of(window.headMap(SATURDAY), baseline);
        SeasonalWindow saturday = SeasonalWindow.of(window.tailMap(SATURDAY), baseline);
        assertThat(NoveltyExcess.of(both, .95).rateBefore())
                .isCloseTo(
                        both.weight(0) * NoveltyExcess.of(friday, .95).rateBefore()
                                + both.weight(1)
                                        * NoveltyExcess.of(saturday, .95).rateBefore(),
                        within(1e-12));
        assertThat(ClusterShares.of(both).shareBefore(0))
                .isCloseTo(
                        both.weight(0) * ClusterShares.of(friday).shareBefore(0)
                                + both.weight(1) * ClusterShares.of(saturday).shareBefore(0),
                        within(1e-12));
    }

    @Test
    void without_a_season_in_the_baseline_times_change_nothing() {
        SyntheticTopics topics = topics(33);
        EmbeddingBaseline baseline = topics.weekly(14, 200, WEEKDAY, WEEKDAY).fit(1);
        SortedMap<Instant, ScoredProfile> window = window(topics, SATURDAY, .05, baseline);
        assertThat(verdict(window, baseline)).isEqualTo(withoutSeason(window, baseline));
        assertThat(Explanation.of(window, baseline)).isEqualTo(Explanation.of(List.copyOf(window.values()), baseline));
    }

    @Test
    void an_empty_window_is_insufficient() {
        assertThat(WindowVerdict.withDefaults().compare(new TreeMap<>(), baseline))
                .isInstanceOf(Finding.Insufficient.class);
        assertThat(WindowVerdict.withDefaults().compare(new TreeMap<>(Map.of(SATURDAY, baseline.empty())), baseline))
                .isInstanceOf(Finding.Insufficient.class);
    }

    private static SyntheticTopics topics(int seed) {
        return new SyntheticTopics(16, WEEKDAY + STRANGE, 1, 700 + seed);
    }

    /** A day of hours with as many rows each, of the topics of their part of the week and a share of new ones. */
    private static SortedMap<Instant, ScoredProfile> window(
            SyntheticTopics topics, Instant start, double strange, EmbeddingBaseline baseline) {
        SortedMap<Instant, ScoredProfile> window = new TreeMap<>();
        for (int hour = 0; hour < 24; hour++) {
            Instant at = start.plus(BUCKET.multipliedBy(hour));
            boolean weekend = Duration.between(SyntheticTopics.MONDAY, at).toDays() % 7 >= 5;
            int each = ROWS / 24;
            int odd = (int) Math.round(strange * each * (hour + 1)) - (int) Math.round(strange * each * hour);
            List<float[]> rows = new ArrayList<>(topics.rows(each - odd, weekend ? WEEKEND : WEEKDAY));
            for (int i = 0; i < odd; i++) {
                rows.add(topics.row(WEEKDAY + i % STRANGE));
            }
            window.put(at, topics.profile(rows, baseline));
        }
        return window;
    }

    private static Finding.Compared verdict(SortedMap<Instant, ScoredProfile> window, EmbeddingBaseline baseline) {
        return (Finding.Compared) WindowVerdict.withDefaults().compare(window, baseline);
    }

    private static Finding.Compared withoutSeason(
            SortedMap<Instant, ScoredProfile> window, EmbeddingBaseline baseline) {
        return (Finding.Compared) WindowVerdict.withDefaults().compare(List.copyOf(window.values()), baseline);
    }
}
