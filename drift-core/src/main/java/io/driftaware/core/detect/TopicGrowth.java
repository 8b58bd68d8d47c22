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

    private final GrowthScan scan;
    private final double rows;
    private final List<Topic> grown;

    private TopicGrowth(GrowthScan scan, double rows, List<Topic> grown) {
        this.scan = scan;
        this.rows = rows;
        this.grown = grown;
    }

    static TopicGrowth of(ScoredWindow window) {
        GrowthScan scan = window.baseline().growthScan();
        double rows = window.effectiveCount(1);
        List<Topic> tempered = new ArrayList<>();
        for (Topic topic : scan.grown(window.whole().nearestCounts(), rows / window.count(), LEAST)) {
            int[] vectors = scan.vectors(topic);
            double effect = window.designEffect(
                    new ScoredWindow.RowShare(profile -> profile.near(vectors), scan.topicSpread()));
            tempered.add(new Topic(
                    topic.centre(), topic.size(), topic.recent(), topic.before(), topic.statistic() / effect));
        }
        tempered.sort(Comparator.comparingDouble((Topic topic) -> -topic.statistic())
                .thenComparingInt(Topic::centre)
                .thenComparingInt(Topic::size));
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
            if (apart.size() < most && apart.stream().noneMatch(other -> overlap(topic, other))) {
                apart.add(topic);
            }
        }
        return apart;
    }

    private boolean overlap(Topic one, Topic other) {
        int[] vectors = scan.vectors(other);
        return IntStream.of(scan.vectors(one))
                .anyMatch(vector -> IntStream.of(vectors).anyMatch(is -> is == vector));
    }
}
