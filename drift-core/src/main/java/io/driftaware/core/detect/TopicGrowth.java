package io.driftaware.core.detect;

import io.driftaware.core.baseline.GrowthScan;
import io.driftaware.core.baseline.GrowthScan.Region;
import io.driftaware.core.baseline.ScoredProfile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether some known topic has become more frequent: the most grown neighbourhood of the sketch, see {@link GrowthScan}. Its
 * statistic is divided by the design effect of its own share, see {@link ScoredWindow}: a burst fills one neighbourhood.
 */
final class TopicGrowth {
    /** Far below what the largest neighbourhood has by chance alone. */
    private static final double LEAST = 3;

    private final double pValue;
    private final @Nullable Region region;

    private TopicGrowth(double pValue, @Nullable Region region) {
        this.pValue = pValue;
        this.region = region;
    }

    static TopicGrowth of(ScoredWindow window) {
        GrowthScan scan = window.baseline().growthScan();
        double rows = window.effectiveCount(1);
        List<Region> grown = scan.grown(window.whole().nearestCounts(), rows / window.count(), LEAST);
        grown.sort(Comparator.comparingDouble((Region region) -> -region.statistic())
                .thenComparingInt(Region::centre)
                .thenComparingInt(Region::size));
        double largest = 0;
        Region most = null;
        for (Region region : grown) {
            if (region.statistic() <= largest) {
                break;
            }
            double tempered = region.statistic() / window.designEffect(new ShareOf(scan.members(region)));
            if (tempered > largest) {
                largest = tempered;
                most = region;
            }
        }
        return new TopicGrowth(scan.pValue(largest, rows), most);
    }

    double pValue() {
        return pValue;
    }

    /** The neighbourhood, where one has grown to speak of. */
    Optional<Region> region() {
        return Optional.ofNullable(region);
    }

    /** Whether a row is nearest to one of some vectors of the sketch. */
    private record ShareOf(int[] members) implements ScoredWindow.RowMean {
        @Override
        public double sum(ScoredProfile profile) {
            return profile.nearestTo(members);
        }

        @Override
        public double variance(ScoredProfile profile) {
            double share = sum(profile) / profile.count();
            return share * (1 - share);
        }
    }
}
