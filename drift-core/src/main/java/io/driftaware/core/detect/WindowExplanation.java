package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredProfile.NovelRow;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What has changed in a window that {@link WindowVerdict} compared.
 *
 * @param driftedShare estimated share of the rows that is not as before, 0 to 1: the larger of the novelty excess and the
 *     debiased total variation of the clusters, as estimated and not at their bounds
 * @param clusters whose share has changed by {@value #NOTABLE} standard errors or more, the most certain first, at most
 *     {@value #MOST}
 * @param novelRows a sample of the rows above the baseline's 95 % quantile of novelty, the most novel first
 */
public record WindowExplanation(double driftedShare, List<ClusterChange> clusters, List<NovelRow> novelRows) {

    private static final double NOTABLE = 3;
    private static final int MOST = 5;
    private static final double NOVEL = 0.95;

    /** Copies the lists. */
    public WindowExplanation {
        clusters = List.copyOf(clusters);
        novelRows = List.copyOf(novelRows);
    }

    /**
     * A known topic whose share has changed.
     *
     * @param cluster its number in the baseline
     * @param shareBefore of the held-out rows
     * @param share of the window's rows
     * @param z the change in standard errors
     * @param exemplars event ids of the baseline's rows that are nearest to its centre
     */
    public record ClusterChange(int cluster, double shareBefore, double share, double z, List<UUID> exemplars) {
        /** Copies the list. */
        public ClusterChange {
            exemplars = List.copyOf(exemplars);
        }
    }

    /**
     * Explains a window.
     *
     * @param buckets at least one row among them, scored against the baseline
     */
    public static WindowExplanation of(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        ScoredWindow window = new ScoredWindow(buckets, baseline);
        ClusterOccupancy occupancy = ClusterOccupancy.of(window);
        List<ClusterChange> changes = IntStream.range(0, occupancy.clusters())
                .filter(cluster -> Math.abs(occupancy.z(cluster)) >= NOTABLE)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer cluster) -> -Math.abs(occupancy.z(cluster)))
                        .thenComparingInt(cluster -> cluster))
                .limit(MOST)
                .map(cluster -> new ClusterChange(
                        cluster,
                        occupancy.shareBefore(cluster),
                        occupancy.share(cluster),
                        occupancy.z(cluster),
                        baseline.exemplars(cluster)))
                .toList();
        double share = Math.max(NoveltyExcess.of(window, NOVEL).estimate(), occupancy.totalVariationAtLeast(0));
        return new WindowExplanation(
                Math.max(0, Math.min(1, share)), changes, window.whole().novelRows());
    }
}
