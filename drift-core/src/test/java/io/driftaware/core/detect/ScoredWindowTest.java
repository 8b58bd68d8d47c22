package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Profiles;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoredWindowTest {

    private static final SyntheticTopics TOPICS = new SyntheticTopics(8, 6, 1, 21);
    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(TOPICS.sample(1_000, 6), 2);

    private final SyntheticTopics topics = TOPICS.again(1);
    private final int novel = BASELINE.edgeAt(.95);

    @Test
    void the_design_effect_is_the_variance_over_buckets_over_that_of_independent_rows() {
        // 5 and 1 novel of 10 each: deviations 2 and -2, so 8 * 2/1 over 20 rows at the baseline's rate, .05 * .95
        ScoredWindow window = new ScoredWindow(List.of(novel(5, 10), novel(1, 10)), BASELINE);
        assertThat(NoveltyRate.designEffect(window, novel)).isCloseTo(16 / .95, within(1e-12));
        assertThat(window.effectiveCount(16 / .95)).isCloseTo(1.1875, within(1e-12));
    }

    @Test
    void buckets_that_are_alike_and_a_single_one_have_a_design_effect_of_one() {
        assertThat(NoveltyRate.designEffect(new ScoredWindow(Collections.nCopies(12, novel(3, 30)), BASELINE), novel))
                .isEqualTo(1);
        assertThat(NoveltyRate.designEffect(new ScoredWindow(List.of(novel(30, 90)), BASELINE), novel))
                .isEqualTo(1);
    }

    @Test
    void empty_buckets_change_nothing() {
        List<ScoredProfile> buckets = List.of(novel(5, 10), novel(0, 0), novel(1, 10), novel(0, 0));
        ScoredWindow window = new ScoredWindow(buckets, BASELINE);
        assertThat(window.count()).isEqualTo(20);
        assertThat(NoveltyRate.designEffect(window, novel)).isCloseTo(16 / .95, within(1e-12));
        assertThat(window.featureDesignEffect()).isEqualTo(1);
    }

    @Test
    void a_window_counts_as_at_most_the_held_out_rows() {
        ScoredWindow window = new ScoredWindow(List.of(novel(100, 5_000)), BASELINE);
        assertThat(window.effectiveCount(1)).isEqualTo(500);
        assertThat(window.effectiveCount(20)).isEqualTo(250);
    }

    /** Without drift the design effect of independent rows is 1 on average, before it is kept from falling below. */
    @Test
    void independent_rows_are_worth_nearly_what_they_are() {
        double sum = 0;
        int draws = 60;
        for (int draw = 0; draw < draws; draw++) {
            ScoredWindow window = new ScoredWindow(topics.buckets(topics.rows(600, 6), 6, BASELINE), BASELINE);
            sum += NoveltyRate.designEffect(window, novel);
        }
        // 99 degrees of freedom: max(1, chi2_99 / 99) has mean 1 + .4 * sqrt(2 / 99) = 1.057 and deviation .083 at most
        assertThat(sum / draws).isBetween(1.0, 1.057 + 4 * .083 / Math.sqrt(draws));
    }

    @Test
    void rows_of_one_topic_per_bucket_are_worth_far_fewer() {
        List<ScoredProfile> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < 60; bucket++) {
            int topic = bucket % 6;
            buckets.add(topics.profile(
                    IntStream.range(0, 20).mapToObj(i -> topics.row(topic)).toList(), BASELINE));
        }
        ScoredWindow window = new ScoredWindow(buckets, BASELINE);
        assertThat(window.featureDesignEffect()).isGreaterThan(3);
    }

    /** So many novel rows, the others in the lowest bin. */
    private ScoredProfile novel(long above, long rows) {
        long[] counts = new long[BASELINE.heldOut().noveltyCounts().length];
        counts[0] = rows - above;
        counts[novel + 1] = above;
        return Profiles.ofNovelty(BASELINE, counts);
    }
}
