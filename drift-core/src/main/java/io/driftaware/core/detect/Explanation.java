package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.GrowthScan.Topic;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredProfile.NovelRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What differs between a window and its baseline, in rows that can be looked up.
 *
 * @param driftedShare estimated share of drifted rows, not at its bound, 0 to 1
 * @param noveltyRate share of rows above the held-out 95 % quantile of novelty
 * @param noveltyRateBefore the same of the held-out rows
 * @param clusters all clusters whose share changed, the clearest change first
 * @param grown at most three topics whose share grew most clearly, none of them part of another; the p-value says which
 *     growth may be chance
 * @param novelRows a sample of at most 64 of the window's novel rows, the most novel first
 */
public record Explanation(
        double driftedShare,
        double noveltyRate,
        double noveltyRateBefore,
        List<ClusterChange> clusters,
        List<GrownTopic> grown,
        List<NovelRow> novelRows) {

    private static final int TOPICS = 3;

    /** Copies the lists. */
    public Explanation {
        clusters = List.copyOf(clusters);
        grown = List.copyOf(grown);
        novelRows = List.copyOf(novelRows);
    }

    /**
     * How the share of a cluster has changed.
     *
     * @param cluster its number in the baseline
     * @param share of the window's rows
     * @param shareBefore of the held-out rows
     * @param z by how many standard errors it changed, above 0 where it grew
     * @param exemplars event ids of baseline rows that stand for it, the most typical first
     */
    public record ClusterChange(int cluster, double share, double shareBefore, double z, List<UUID> exemplars) {}

    /**
     * A topic of the baseline that has become more frequent.
     *
     * @param share of the window's rows
     * @param shareBefore of the baseline's rows
     * @param pValue that any topic would seem to have grown so much by chance
     * @param cluster the cluster that most of it belongs to
     * @param exemplars event ids of baseline rows that stand for it, the most typical first
     */
    public record GrownTopic(double share, double shareBefore, double pValue, int cluster, List<UUID> exemplars) {}

    /**
     * Explains a window.
     *
     * @param buckets the profiles of the window, with at least one row among them
     * @throws IllegalArgumentException if a profile was scored against another baseline, or there is no row
     */
    public static Explanation of(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return of(SeasonalWindow.of(buckets, baseline));
    }

    /**
     * Explains a window beside the part of the week that each bucket lies in, where the baseline keeps the parts apart.
     *
     * @param buckets the profiles of the window by the start of their bucket, with at least one row among them
     * @throws IllegalArgumentException if a profile was scored against another baseline, or there is no row
     */
    public static Explanation of(SortedMap<Instant, ScoredProfile> buckets, EmbeddingBaseline baseline) {
        return of(SeasonalWindow.of(buckets, baseline));
    }

    private static Explanation of(SeasonalWindow window) {
        if (window.count() == 0) {
            throw new IllegalArgumentException("the window has no row to explain");
        }
        NoveltyExcess excess = NoveltyExcess.of(window, WindowVerdict.NOVEL);
        ClusterShares clusters = ClusterShares.of(window);
        return new Explanation(
                Math.max(Math.max(0, excess.estimate()), clusters.totalVariationAtLeast(0)),
                excess.rate(),
                excess.rateBefore(),
                changes(clusters, window.baseline()),
                grown(window),
                window.whole().novelRows());
    }

    private static List<ClusterChange> changes(ClusterShares clusters, EmbeddingBaseline baseline) {
        List<ClusterChange> changes = new ArrayList<>();
        for (int cluster = 0; cluster < clusters.clusters(); cluster++) {
            double z = clusters.z(cluster);
            if (z != 0) {
                changes.add(new ClusterChange(
                        cluster,
                        clusters.share(cluster),
                        clusters.shareBefore(cluster),
                        z,
                        baseline.exemplars(baseline.members(cluster))));
            }
        }
        changes.sort(Comparator.comparingDouble((ClusterChange change) -> -Math.abs(change.z()))
                .thenComparingInt(ClusterChange::cluster));
        return changes;
    }

    /** Topics that grew in any part of the week: the p-value is then of that part, times the number of parts. */
    private static List<GrownTopic> grown(SeasonalWindow window) {
        List<Candidate> candidates = new ArrayList<>();
        for (ScoredWindow part : window.parts()) {
            TopicGrowth growth = TopicGrowth.of(part);
            for (Topic topic : growth.clearest(TOPICS)) {
                candidates.add(new Candidate(
                        part.before().growth().vectors(topic),
                        Math.min(1, window.parts().size() * growth.pValue(topic))));
            }
        }
        if (window.parts().size() > 1) {
            candidates.sort(Comparator.comparingDouble(Candidate::pValue));
        }
        EmbeddingBaseline baseline = window.baseline();
        List<GrownTopic> grown = new ArrayList<>();
        List<int[]> named = new ArrayList<>();
        for (Candidate topic : candidates) {
            int[] vectors = topic.vectors;
            if (grown.size() < TOPICS && named.stream().noneMatch(other -> TopicGrowth.overlap(vectors, other))) {
                named.add(vectors);
                grown.add(new GrownTopic(
                        window.mean(part -> part.whole().near(vectors) / part.count()),
                        window.mean(part -> part.before().growth().shareOf(vectors)),
                        topic.pValue,
                        mostFrequent(IntStream.of(vectors)
                                .map(baseline::clusterOfSketch)
                                .toArray()),
                        baseline.exemplars(vectors)));
            }
        }
        return grown;
    }

    private record Candidate(int[] vectors, double pValue) {}

    private static int mostFrequent(int[] numbers) {
        return IntStream.of(numbers)
                .boxed()
                .max(Comparator.comparingLong((Integer number) -> IntStream.of(numbers)
                                .filter(other -> other == number)
                                .count())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }
}
