package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthScanTest {

    private static final int KNOWN = 12;
    private static final int GROWN = 4;

    private static final SyntheticTopics TOPICS = new SyntheticTopics(24, KNOWN, .7, 51);
    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(TOPICS.sample(2_000, KNOWN), 1);

    private final SyntheticTopics topics = TOPICS.again(1);
    private final GrowthScan scan = BASELINE.growthScan();

    @Test
    void the_topic_that_grew_lies_in_the_most_grown_neighbourhood() {
        List<float[]> rows = new ArrayList<>(topics.rows(400, KNOWN));
        List<float[]> ofGrown = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ofGrown.add(topics.row(GROWN));
        }
        rows.addAll(ofGrown);
        long[] recent = topics.profile(rows, BASELINE).nearestCounts();

        GrowthScan.Topic topic = scan.grown(recent, 1, 3).stream()
                .max(Comparator.comparingDouble(GrowthScan.Topic::statistic))
                .orElseThrow();

        assertThat(scan.pValue(topic.statistic(), 500)).isLessThan(.001);
        assertThat(topic.recent() / 500).isGreaterThan(3.0 * topic.before() / 2_000);
        int[] members = scan.vectors(topic);
        assertThat(members).hasSize(topic.size()).startsWith(topic.centre()).doesNotHaveDuplicates();
        double here = topics.profile(rows, BASELINE).near(members);
        double ofTopic = topics.profile(ofGrown, BASELINE).near(members);
        assertThat(here).isCloseTo(topic.recent(), within(1e-9));
        assertThat(ofTopic).isGreaterThan(here / 2);
    }

    @Test
    void rows_as_before_have_no_topic_with_a_small_p_value() {
        long[] recent = new long[BASELINE.heldOut().nearestCounts().length];
        List<GrowthScan.Topic> grown = scan.grown(BASELINE.heldOut().nearestCounts(), .5, 0);
        double largest =
                grown.stream().mapToDouble(GrowthScan.Topic::statistic).max().orElse(0);
        assertThat(scan.pValue(largest, 500)).isGreaterThan(.01);
        assertThat(scan.grown(recent, 1, 0)).isEmpty();
    }

    @Test
    void p_values_fall_with_the_statistic_and_stay_probabilities() {
        for (double rows : new double[] {1, 50, 100, 333, 10_000, 1e6}) {
            double before = 1;
            for (double statistic = 0; statistic < 200; statistic += .5) {
                double p = scan.pValue(statistic, rows);
                assertThat(p).isBetween(0.0, before);
                before = p;
            }
            assertThat(before).isLessThan(1e-12);
        }
    }
}
