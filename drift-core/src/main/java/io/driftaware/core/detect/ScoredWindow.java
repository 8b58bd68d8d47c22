package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.FeatureTraces;
import io.driftaware.core.baseline.HeldOut;
import io.driftaware.core.baseline.ScoredProfile;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a window beside their baseline, and how many independent rows they are worth.
 *
 * <p>Rows that come together are alike: one session asks about one thing, a job repeats a query. Counting them as
 * independent makes false alarms. So each statistic is divided by its design effect: the variance of its mean as the
 * buckets, taken as the units, show it, over what independent rows of the baseline would have (the linearised ratio estimator;
 * Cochran, "Sampling techniques", 3rd edition, 1977, section 9A; for tables Rao and Scott, JASA 76, 1981). A burst is in one
 * bucket and stands for little. A drift that lasts is in all buckets and costs nothing: an effect that is within two standard
 * errors of 1, for independent rows of the window, counts as 1; its noise would cost power where there is nothing to correct.
 *
 * <p>A window beyond the number of held-out rows counts as that many: past it the test would see how the baseline happened
 * to be drawn. For one thread.
 */
final class ScoredWindow {

    private static final double SIGNIFICANT = 2;

    private final EmbeddingBaseline baseline;
    private final HeldOut before;
    private final ScoredProfile whole;
    private final List<ScoredProfile> buckets;
    /** Sum of the squared numbers of rows. */
    private final double bucketSquares;
    /** Computed when first asked for: several tests need them. */
    private double @Nullable [] clusterEffects;

    private double featureEffect = Double.NaN;

    ScoredWindow(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        this(buckets, baseline, baseline.heldOutRows());
    }

    /** @param before rows of the baseline to compare with */
    ScoredWindow(List<ScoredProfile> buckets, EmbeddingBaseline baseline, HeldOut before) {
        for (ScoredProfile bucket : buckets) {
            if (bucket.baseline() != baseline.fingerprint()) {
                throw new IllegalArgumentException("a profile was scored against baseline "
                        + Long.toHexString(bucket.baseline()) + ", not " + Long.toHexString(baseline.fingerprint())
                        + ": score its rows again");
            }
        }
        this.baseline = baseline;
        this.before = before;
        this.buckets = buckets.stream().filter(bucket -> bucket.count() > 0).toList();
        this.whole = this.buckets.isEmpty() ? baseline.empty() : ScoredProfile.merge(this.buckets);
        this.bucketSquares = this.buckets.stream()
                .mapToDouble(bucket -> (double) bucket.count() * bucket.count())
                .sum();
    }

    EmbeddingBaseline baseline() {
        return baseline;
    }

    /** The held-out rows that the window is compared with. */
    HeldOut before() {
        return before;
    }

    /** All buckets together. */
    ScoredProfile whole() {
        return whole;
    }

    long count() {
        return whole.count();
    }

    /** How many buckets have rows. */
    int buckets() {
        return buckets.size();
    }

    long heldOutCount() {
        return before.profile().count();
    }

    /** Independent rows that the window is worth for a statistic of that design effect, at most the held-out ones. */
    double effectiveCount(double designEffect) {
        return Math.min(count() / designEffect, heldOutCount());
    }

    /** The design effect of a mean over rows. */
    double designEffect(RowMean mean) {
        double overall = mean.sum(whole) / count();
        double variance = mean.variance(whole);
        double squares = 0;
        for (ScoredProfile bucket : buckets) {
            double deviation = mean.sum(bucket) - overall * bucket.count();
            squares += deviation * deviation;
        }
        return designEffect(
                squares,
                variance,
                mean.variance(before.profile()),
                2 * bucketSquares + count() * mean.excessKurtosis(whole));
    }

    /**
     * The design effect of the share of each cluster. Small clusters say too little of theirs one by one: what all that are not
     * significant have in common counts for each of them.
     */
    double[] clusterDesignEffects() {
        if (clusterEffects == null) {
            clusterEffects = newClusterDesignEffects();
        }
        return clusterEffects;
    }

    private double[] newClusterDesignEffects() {
        double spread = before.growth().clusterSpread();
        List<double[]> counts = buckets.stream().map(baseline::clusterCounts).toList();
        double[] countsBefore = baseline.clusterCounts(before.profile());
        double[] effects = new double[baseline.clusters()];
        double squaresOfOthers = 0;
        double varianceOfOthers = 0;
        int others = 0;
        for (int j = 0; j < effects.length; j++) {
            double total = 0;
            for (double[] inBucket : counts) {
                total += inBucket[j];
            }
            double share = total / count();
            double squares = 0;
            for (int b = 0; b < counts.size(); b++) {
                double deviation = counts.get(b)[j] - share * buckets.get(b).count();
                squares += deviation * deviation;
            }
            double variance = spread * share * (1 - share);
            double shareBefore = countsBefore[j] / heldOutCount();
            effects[j] = designEffect(
                    squares,
                    variance,
                    spread * shareBefore * (1 - shareBefore),
                    2 * bucketSquares + count() * (1 / (share * (1 - share)) - 6));
            if (effects[j] == 1) {
                squaresOfOthers += squares;
                varianceOfOthers += variance;
                others++;
            }
        }
        double common = designEffect(
                squaresOfOthers, varianceOfOthers, varianceOfOthers, 2 * bucketSquares / Math.max(1, others - 1));
        for (int j = 0; j < effects.length; j++) {
            effects[j] = Math.max(effects[j], common);
        }
        return effects;
    }

    /** The design effect of the mean of the scaled random features, averaged over their directions. */
    double featureDesignEffect() {
        if (Double.isNaN(featureEffect)) {
            featureEffect = newFeatureDesignEffect();
        }
        return featureEffect;
    }

    private double newFeatureDesignEffect() {
        double[] overall = whole.featureMeans();
        double squares = 0;
        for (ScoredProfile bucket : buckets) {
            double[] deviation = bucket.featureMeans();
            for (int i = 0; i < deviation.length; i++) {
                deviation[i] = (deviation[i] - overall[i]) * bucket.count();
            }
            squares += squaredLength(deviation);
        }
        FeatureTraces traces = before.traces();
        double directions = traces.first() * traces.first() / traces.second();
        return designEffect(squares, 1 - squaredLength(overall), traces.first(), 2 * bucketSquares / directions);
    }

    /** The squared length of a vector of features, with their scale put in. */
    static double squaredLength(double[] features) {
        double sum = 0;
        for (double feature : features) {
            sum += feature * feature;
        }
        return sum / (features.length / 2.0);
    }

    /**
     * @param squares sum over the buckets of the squared deviation of their sums
     * @param variance of one row of the window
     * @param varianceBefore of one row of the baseline
     * @param spread variance of {@code squares} for independent rows, over the square of {@code variance}
     */
    private double designEffect(double squares, double variance, double varianceBefore, double spread) {
        int units = buckets.size();
        // Written so that NaN counts as no variance.
        if (units < 2 || !(variance > 0)) {
            return 1;
        }
        double perRow = squares * units / (units - 1.0) / count();
        double noise = Math.sqrt(Math.max(0, spread)) / count();
        if (perRow / variance <= 1 + SIGNIFICANT * noise) {
            return 1;
        }
        return Math.max(1, perRow / (varianceBefore > 0 ? varianceBefore : variance));
    }

    /** A number that each row has, known per bucket by its sum. */
    interface RowMean {

        double sum(ScoredProfile profile);

        /** The variance of the number over the rows. */
        double variance(ScoredProfile profile);

        /** The fourth central moment over the squared variance, less 3. */
        double excessKurtosis(ScoredProfile profile);
    }

    /**
     * Whether a row belongs to some class, as a number: 1 or 0, or parts of 1 whose variance is smaller.
     *
     * @param count rows in the class
     * @param spread the variance over that of 1 and 0
     */
    record RowShare(ToDoubleFunction<ScoredProfile> count, double spread) implements RowMean {

        @Override
        public double sum(ScoredProfile profile) {
            return count.applyAsDouble(profile);
        }

        @Override
        public double variance(ScoredProfile profile) {
            double share = sum(profile) / profile.count();
            return spread * share * (1 - share);
        }

        @Override
        public double excessKurtosis(ScoredProfile profile) {
            double share = sum(profile) / profile.count();
            return 1 / (share * (1 - share)) - 6;
        }
    }
}
