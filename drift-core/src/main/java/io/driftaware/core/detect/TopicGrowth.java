package io.driftaware.core.detect;

import io.driftaware.core.baseline.GrowthScan;
import io.driftaware.core.baseline.GrowthScan.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether some known topic has become more frequent, see {@link GrowthScan}. The statistic of a topic is divided by the design
 * effect of its own share, see {@link ScoredWindow}: a burst fills one topic.
 */
final class TopicGrowth {

    /** Far below what the largest of all topics has by chance alone. */
    private static final double LEAST = 2;

    /** Enough to find a few topics apart from each other among them. */
    private static final int CANDIDATES = 50;

    private static final Comparator<Topic> CLEAREST_FIRST = Comparator.comparingDouble(
                    (Topic topic) -> -topic.statistic())
            .thenComparingInt(Topic::centre)
            .thenComparingInt(Topic::size);

    private final GrowthScan scan;
    private final double rows;
    private final List<Topic> grown;

    private TopicGrowth(GrowthScan scan, double rows, List<Topic> grown) {
        this.scan = scan;
        this.rows = rows;
        this.grown = grown;
    }

    static TopicGrowth of(ScoredWindow window) {
        GrowthScan scan = window.before().growth();
        double rows = window.effectiveCount(1);
        List<Topic> raw = new ArrayList<>(scan.grown(window.whole().nearestCounts(), rows / window.count(), LEAST));
        raw.sort(CLEAREST_FIRST);
        List<Topic> tempered = new ArrayList<>();
        double largest = 0;
        for (Topic topic : raw) {
            // Tempering only lowers a statistic: none of the rest can become the largest.
            if (tempered.size() >= CANDIDATES && topic.statistic() <= largest) {
                break;
            }
            int[] vectors = scan.vectors(topic);
            double statistic = topic.statistic()
                    / window.designEffect(
                            new ScoredWindow.RowShare(profile -> profile.near(vectors), scan.topicSpread()));
            tempered.add(new Topic(topic.centre(), topic.size(), topic.recent(), topic.before(), statistic));
            largest = Math.max(largest, statistic);
        }
        tempered.sort(CLEAREST_FIRST);
        return new TopicGrowth(scan, rows, tempered);
    }

    /** That any topic would seem to have grown as much as the one that grew most clearly. */
    double pValue() {
        return grown.isEmpty() ? 1 : pValue(grown.get(0));
    }

    /** That any topic would seem to have grown as much as this one. */
    double pValue(Topic topic) {
        return scan.pValue(topic.statistic(), rows);
    }

    /** The topics that grew most clearly, no two of which share a vector. */
    List<Topic> clearest(int most) {
        List<Topic> apart = new ArrayList<>();
        for (Topic topic : grown) {
            if (apart.size() < most
                    && apart.stream().noneMatch(other -> overlap(scan.vectors(topic), scan.vectors(other)))) {
                apart.add(topic);
            }
        }
        return apart;
    }

    /** Whether two topics share a vector. */
    static boolean overlap(int[] one, int[] other) {
        return IntStream.of(one).anyMatch(vector -> IntStream.of(other).anyMatch(is -> is == vector));
    }
}
