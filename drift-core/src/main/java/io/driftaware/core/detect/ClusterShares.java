package io.driftaware.core.detect;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the shares of the clusters have changed: over the parts of a week, each beside its own rows of the baseline. */
final class ClusterShares {

    private final SeasonalWindow window;
    private final List<ClusterOccupancy> parts;

    private ClusterShares(SeasonalWindow window) {
        this.window = window;
        this.parts = window.parts().stream().map(ClusterOccupancy::of).toList();
    }

    static ClusterShares of(SeasonalWindow window) {
        return new ClusterShares(window);
    }

    int clusters() {
        return parts.get(0).clusters();
    }

    double share(int cluster) {
        return mean(part -> part.share(cluster));
    }

    /** What the share would be had nothing changed but how much of the window lies in which part of the week. */
    double shareBefore(int cluster) {
        return mean(part -> part.shareBefore(cluster));
    }

    /** By how many standard errors the share of a cluster has changed. */
    double z(int cluster) {
        double variance = variance(part -> part.varianceByChance(cluster));
        return variance > 0 ? (share(cluster) - shareBefore(cluster)) / Math.sqrt(variance) : 0;
    }

    /**
     * The total variation distance of the shares, its expectation under no change taken off, at its lower bound. |N(0, v)|
     * has mean sqrt(2 v / pi) and variance (1 - 2 / pi) v.
     *
     * @param z normal quantile of the bound
     */
    double totalVariationAtLeast(double z) {
        double distance = 0;
        double noise = 0;
        double variance = 0;
        for (int j = 0; j < clusters(); j++) {
            int cluster = j;
            double v = variance(part -> part.variance(cluster));
            distance += Math.abs(share(cluster) - shareBefore(cluster)) / 2;
            noise += Math.sqrt(2 * v / Math.PI) / 2;
            variance += (1 - 2 / Math.PI) * v / 4;
        }
        return Math.max(0, distance - noise - z * Math.sqrt(variance));
    }

    private double mean(ToDoubleFunction<ClusterOccupancy> ofPart) {
        double mean = 0;
        for (int i = 0; i < parts.size(); i++) {
            mean += window.weight(i) * ofPart.applyAsDouble(parts.get(i));
        }
        return mean;
    }

    private double variance(ToDoubleFunction<ClusterOccupancy> ofPart) {
        double variance = 0;
        for (int i = 0; i < parts.size(); i++) {
            variance += window.weight(i) * window.weight(i) * ofPart.applyAsDouble(parts.get(i));
        }
        return variance;
    }
}
