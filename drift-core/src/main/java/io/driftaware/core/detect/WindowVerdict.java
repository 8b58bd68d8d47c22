package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Whether the embeddings of a window differ from a frozen baseline: evidence from several tests that see different things,
 * joined into one p-value, and the share of rows that has drifted.
 *
 * <p>The tests are the {@link NoveltyRate} at two quantiles, the two {@link NoveltyScores}, the {@link MeanEmbeddingShift}, the
 * {@link ClusterOccupancy} and the {@link TopicGrowth}; the Cauchy combination joins them, which holds under any dependence.
 * The share is the larger of the novelty excess (r - r0) / (1 - r0) at the 95 % quantile and the total variation of the
 * clusters, each at its lower 95 % bound. Costs a pass over the profiles, whatever the number of rows in them.
 *
 * <p>Where the baseline keeps working days and weekends apart, the buckets of each are compared with their own held-out rows,
 * see {@link EmbeddingBaseline#heldOut(io.driftaware.core.sequential.WeekPart)}. The detectable share is then the mean over the
 * parts. A part of fewer than 100 rows, or of fewer than 12 buckets with rows, is left out beside one that has as many.
 */
public final class WindowVerdict {

    /** The name in findings. */
    public static final String NAME = "embedding_window";

    /** The name in findings of {@link #ofCoverage()}. */
    public static final String COVERAGE = "coverage";

    /** Detail: the p-value of all tests together; those of the single tests have names that start with {@code p_} too. */
    public static final String P_VALUE = "p_value";

    /** Detail: the share of rows above the held-out 95 % quantile of novelty. */
    public static final String NOVELTY_RATE = "novelty_rate";

    /** Detail: the squared distance of the mean random features, its bias taken off. */
    public static final String MEAN_EMBEDDING_SHIFT = "mean_embedding_shift";

    /** Detail: the estimated share of drifted rows from novelty, not at its bound; below 0 where novelty fell. */
    public static final String NOVELTY_EXCESS = "novelty_excess";

    /**
     * Detail: the share of wholly novel rows that {@link NoveltyRate} alone would find with probability 0.8 at level 0.05, 1
     * where even that many would not do.
     */
    public static final String MINIMUM_DETECTABLE_SHARE = "minimum_detectable_share";

    static final double NOVEL = 0.95;

    /** How much of the level each test gets was chosen on CLINC150, and held on BANKING77. */
    private static final List<Test> TESTS = List.of(
            new Test("p_novelty_95", 0.1, true, window -> NoveltyRate.pValue(window, NOVEL)),
            new Test("p_novelty_98", 0.1, true, window -> NoveltyRate.pValue(window, 0.98)),
            new Test("p_novelty_rank_sum", 0.1, true, NoveltyScores::rankSum),
            new Test("p_novelty_tail", 0.25, true, NoveltyScores::tail),
            new Test("p_mean_embedding", 0.03, false, window -> MeanEmbeddingShift.of(window)
                    .pValue()),
            new Test("p_clusters", 0.02, false, window -> ClusterOccupancy.of(window)
                    .pValue()),
            new Test("p_topic_growth", 0.4, false, window -> TopicGrowth.of(window)
                    .pValue()));

    private static final double BOUND = PValues.normalQuantile(0.95);

    /** Rows that a window grows back for, see the policy's window rule. */
    private static final long ENOUGH_ROWS = 200;

    private final String name;
    private final double leastShare;
    private final Minimum minimum;

    private WindowVerdict(String name, double leastShare, Minimum minimum) {
        this.name = name;
        this.leastShare = leastShare;
        this.minimum = minimum;
    }

    /** A share of at least 0.01 and at least 200 rows in the window. */
    public static WindowVerdict withDefaults() {
        return new WindowVerdict(NAME, 0.01, new Minimum(ENOUGH_ROWS));
    }

    /**
     * Whether more queries than before have no document near them, against a baseline of
     * {@link EmbeddingBaseline#ofDocuments}: the tests of novelty alone, and the share from novelty. Settings as above.
     */
    public static WindowVerdict ofCoverage() {
        return new WindowVerdict(COVERAGE, 0.01, new Minimum(ENOUGH_ROWS));
    }

    /**
     * The drifted share at which the finding is exceeded.
     *
     * @throws IllegalArgumentException if it is not 0 to 1
     */
    public WindowVerdict withLeastShare(double share) {
        return new WindowVerdict(name, Threshold.of(share, 0, 1), minimum);
    }

    /**
     * How many rows the window needs.
     *
     * @throws IllegalArgumentException if it is below 2
     */
    public WindowVerdict withMinimumSamples(long samples) {
        return new WindowVerdict(name, leastShare, new Minimum(samples));
    }

    /**
     * Compares a window with its baseline, each bucket with the rows of its part of the week where the baseline keeps the parts
     * apart.
     *
     * @param buckets the profiles of the window by the start of their bucket, which lies within a day in UTC
     * @return {@link Finding.Compared} with the drifted share as its value, or {@link Finding.Insufficient}
     * @throws IllegalArgumentException if a profile was scored against another baseline
     */
    public Finding compare(SortedMap<Instant, ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return compare(SeasonalWindow.of(buckets, baseline));
    }

    /**
     * Compares a window with all held-out rows of its baseline, whatever part of the week it lies in.
     *
     * @param buckets the profiles of the window, one per bucket of time; merged ones work too, but then rows that came
     *     together cannot be told from independent ones
     * @return {@link Finding.Compared} with the drifted share as its value, or {@link Finding.Insufficient}
     * @throws IllegalArgumentException if a profile was scored against another baseline
     */
    public Finding compare(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return compare(SeasonalWindow.of(buckets, baseline));
    }

    private Finding compare(SeasonalWindow window) {
        return minimum.missingRecent(
                        name,
                        "scored embeddings",
                        window.rows(),
                        window.baseline().rows())
                .orElseGet(() -> compareEnough(window));
    }

    private Finding compareEnough(SeasonalWindow window) {
        SortedMap<String, Double> details = new TreeMap<>();
        PValues.CauchyCombination all = new PValues.CauchyCombination();
        for (Test test : TESTS) {
            if (test.ofNovelty || name.equals(NAME)) {
                details.put(test.detail, test.of(window, all));
            }
        }
        NoveltyExcess excess = NoveltyExcess.of(window, NOVEL);
        double share = excess.atLeast(BOUND);
        if (name.equals(NAME)) {
            share = Math.max(share, ClusterShares.of(window).totalVariationAtLeast(BOUND));
            details.put(MEAN_EMBEDDING_SHIFT, window.mean(part -> MeanEmbeddingShift.of(part)
                    .squaredDistance()));
        }
        details.put(P_VALUE, all.pValue());
        details.put(NOVELTY_RATE, excess.rate());
        details.put(NOVELTY_EXCESS, excess.estimate());
        details.put(MINIMUM_DETECTABLE_SHARE, window.mean(part -> DetectableShare.of(part, NOVEL)));
        return new Finding.Compared(
                name,
                share,
                leastShare,
                share >= leastShare,
                window.count(),
                window.baseline().rows(),
                details);
    }

    private record Test(String detail, double weight, boolean ofNovelty, ToDoubleFunction<ScoredWindow> pValue) {

        /** The p-value over the parts of the window, each of which is added to the combination of all tests. */
        double of(SeasonalWindow window, PValues.CauchyCombination all) {
            PValues.CauchyCombination own = new PValues.CauchyCombination();
            double p = 1;
            for (int i = 0; i < window.parts().size(); i++) {
                p = pValue.applyAsDouble(window.parts().get(i));
                own.add(p, window.weight(i));
                all.add(p, weight * window.weight(i));
            }
            return window.parts().size() == 1 ? p : own.pValue();
        }
    }
}
