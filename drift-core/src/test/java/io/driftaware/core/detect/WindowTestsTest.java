package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Profiles;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The tests that a window's verdict joins, on small tables, against scipy. */
class WindowTestsTest {

    private static final Percentage EXACT = Percentage.withPercentage(1e-8);

    private final SyntheticTopics topics = new SyntheticTopics(4, 1, 1, 1);

    @Test
    void the_rank_sum_equals_mann_whitney() {
        SyntheticTopics six = new SyntheticTopics(8, 6, 1, 21);
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(six.sample(1_000, 6), 2);
        // h = [25] * 16 + [10] * 5 + [5] * 9 + [3, 1, 1, 0], the held-out rows by bin
        assertThat(baseline.heldOut().noveltyCounts())
                .startsWith(25, 25)
                .endsWith(5, 3, 1, 1, 0)
                .hasSize(34);
        long[] evenly = new long[34];
        long[] shifted = new long[34];
        for (int bin = 0; bin < 34; bin++) {
            evenly[bin] = bin < 16 ? 12 : 3;
            shifted[bin] = 5 + 3 * bin % 11;
        }
        // scipy 1.17: mannwhitneyu(repeat(arange(34), w), repeat(arange(34), h), alternative='greater',
        // method='asymptotic', use_continuity=False).pvalue, w = [12] * 16 + [3] * 18
        // Ours takes the skewness of the ranks into account, of the order of one over the root of the rows.
        assertThat(rankSum(baseline, evenly)).isCloseTo(0.232911976773923, within(.005));
        // the same of w = [5 + 3 * b % 11 for b in range(34)]
        assertThat(rankSum(baseline, shifted)).isLessThan(1e-15);
    }

    @Test
    void clusters_equal_pearson() {
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(directions(400, 300, 200, 100)), 1);
        assertThat(baseline.clusterCounts(baseline.heldOut())).containsExactly(187, 153, 50, 110);
        ScoredWindow window = window(baseline, directions(80, 60, 20, 40));
        ClusterOccupancy occupancy = ClusterOccupancy.of(window);
        ClusterShares shares = ClusterShares.of(new SeasonalWindow(baseline, List.of(window)));
        // scipy 1.17: chi2_contingency([[80, 60, 40, 20], [187, 153, 50, 110]], correction=False).pvalue
        assertThat(occupancy.pValue()).isCloseTo(5.237139291458013e-05, EXACT);
        // numpy: p = (a + b) / 700; (a / 200 - b / 500) / sqrt(p * (1 - p) * (1 / 200 + 1 / 500))
        assertThat(new double[] {shares.z(0), shares.z(1), shares.z(2), shares.z(3)})
                .containsExactly(
                        new double[] {0.6397684057360168, -0.15586406120706897, 3.570777978733233, -3.688256887256738},
                        within(1e-9));
        assertThat(shares.share(2)).isEqualTo(.2);
        assertThat(shares.shareBefore(2)).isEqualTo(.1);
    }

    @Test
    void one_cluster_says_nothing() {
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(directions(1_000, 0, 0, 0)), 1);
        ScoredWindow window = window(baseline, directions(200, 0, 0, 0));
        assertThat(ClusterOccupancy.of(window).pValue()).isEqualTo(.5);
        ClusterShares shares = ClusterShares.of(new SeasonalWindow(baseline, List.of(window)));
        assertThat(shares.z(0)).isZero();
        assertThat(shares.totalVariationAtLeast(0)).isZero();
    }

    @Test
    void novelty_excess_is_the_share_of_rows_that_must_be_new() {
        SyntheticTopics six = new SyntheticTopics(8, 6, 1, 21);
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(six.sample(1_000, 6), 2);
        long[] counts = new long[34];
        counts[0] = 152;
        counts[33] = 48;
        NoveltyExcess excess =
                NoveltyExcess.of(new ScoredWindow(List.of(Profiles.ofNovelty(baseline, counts)), baseline), .95);
        assertThat(excess.rate()).isEqualTo(.24);
        assertThat(excess.estimate()).isCloseTo(.2, within(1e-12));
        // numpy: (.24 - .05 - sqrt(.24 * .76 / 200 + .05 * .95 / 500)) / .95
        assertThat(excess.atLeast(1)).isCloseTo(.16659, within(1e-5));
        assertThat(excess.atLeast(100)).isZero();
    }

    private static double rankSum(EmbeddingBaseline baseline, long[] counts) {
        return NoveltyScores.rankSum(new ScoredWindow(List.of(Profiles.ofNovelty(baseline, counts)), baseline));
    }

    private ScoredWindow window(EmbeddingBaseline baseline, List<float[]> rows) {
        return new ScoredWindow(List.of(topics.profile(rows, baseline)), baseline);
    }

    private static List<float[]> directions(int... counts) {
        List<float[]> rows = new ArrayList<>();
        for (int d = 0; d < counts.length; d++) {
            float[] row = new float[counts.length];
            row[d] = 1;
            rows.addAll(Collections.nCopies(counts[d], row));
        }
        return rows;
    }
}
