package io.driftaware.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {
    private static final Corpus CORPUS = Corpus.load();
    private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-03-07T00:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20_240_607})
    void the_drift_scenario_meets_its_shares_exactly_whatever_the_seed(long seed) {
        List<Exchange> recent = new Traffic(CORPUS, seed).recent(2_000, FROM, TO, Scenario.DRIFT);

        assertThat(recent).hasSize(2_000);
        assertThat(recent).filteredOn(TrafficTest::isNew).hasSize(400);
        assertThat(recent).filteredOn(Exchange::refused).hasSize(180);
        assertThat(recent).filteredOn(Exchange::rude).hasSize(10);
        assertThat(recent).filteredOn(e -> e.score().isPresent()).hasSize(500);
        assertThat(meanScore(recent)).isCloseTo(0.80, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 20_240_607})
    void in_the_baseline_scenario_both_periods_have_the_same_shares(long seed) {
        Traffic traffic = new Traffic(CORPUS, seed);
        List<Exchange> baseline = traffic.baseline(2_000, FROM, TO);
        List<Exchange> recent = traffic.recent(2_000, FROM, TO, Scenario.BASELINE);

        assertThat(topics(recent)).isEqualTo(topics(baseline)).hasSize(12);
        for (List<Exchange> period : List.of(baseline, recent)) {
            assertThat(period).filteredOn(Exchange::refused).hasSize(40);
            assertThat(meanScore(period)).isCloseTo(0.815, within(1e-9));
        }
        assertThat(queries(recent)).isNotEqualTo(queries(baseline)).containsAnyElementsOf(queries(baseline));
    }

    @Test
    void what_is_logged_by_default_has_1500_distinct_queries_on_the_known_topics() {
        DemoOptions defaults = new DemoOptions(parsed -> 0);
        Traffic traffic = new Traffic(CORPUS, 20_240_607);
        List<Exchange> baseline = traffic.baseline(defaults.baselineSize, FROM, TO);
        List<Exchange> recent = traffic.recent(defaults.recentSize, FROM, TO, Scenario.DRIFT);

        assertThat(queries(baseline)).hasSizeGreaterThanOrEqualTo(1_500);
        assertThat(Stream.concat(baseline.stream(), recent.stream())
                        .filter(e -> !isNew(e))
                        .map(Exchange::query)
                        .distinct())
                .hasSizeGreaterThanOrEqualTo(1_500);
    }

    @Test
    void exchanges_come_in_the_order_of_time_and_inside_the_period() {
        List<Exchange> baseline = new Traffic(CORPUS, 1).baseline(500, FROM, TO);

        assertThat(baseline).extracting(Exchange::at).isSorted();
        assertThat(baseline).allSatisfy(e -> assertThat(e.at()).isBetween(FROM, TO));
    }

    @Test
    void a_refusal_reads_as_one_and_names_its_topic_in_plain_words() {
        assertThat(new Traffic(CORPUS, 1).recent(500, FROM, TO, Scenario.DRIFT))
                .filteredOn(Exchange::refused)
                .allSatisfy(e -> assertThat(e.reply())
                        .doesNotContain("{")
                        .isNotIn(e.topic().answers()));
    }

    private static boolean isNew(Exchange exchange) {
        return CORPUS.newTopics().contains(exchange.topic());
    }

    private static Set<String> queries(List<Exchange> exchanges) {
        return exchanges.stream().map(Exchange::query).collect(Collectors.toSet());
    }

    private static Map<String, Long> topics(List<Exchange> exchanges) {
        return exchanges.stream().collect(Collectors.groupingBy(e -> e.topic().name(), Collectors.counting()));
    }

    private static double meanScore(List<Exchange> exchanges) {
        return exchanges.stream()
                .flatMapToDouble(e -> e.score().stream())
                .average()
                .orElseThrow();
    }
}
