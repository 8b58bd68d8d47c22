package io.driftaware.core.detect;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import java.util.List;
import java.util.function.Function;

/**
 * The buckets of a window beside their baseline, and how many independent rows they are worth.
 *
 * <p>Rows that come together are alike: one session asks about one thing, a job repeats a query. Counting them as
 * independent makes false alarms. So each statistic is divided by its design effect: the variance of its mean as the
 * buckets, taken as the units, show it, over what independent rows would have (the linearised ratio estimator; Cochran,
 * "Sampling techniques", 3rd edition, 1977, section 9A; for tables Rao and Scott, JASA 76, 1981). A drift that lasts is in
 * all buckets and costs little; a burst is in one and stands for little. Never below 1.
 *
 * <p>A window beyond the number of held-out rows counts as that many: past it the test would see how the baseline happened
 * to be drawn.
 */
final class ScoredWindow {

    private final EmbeddingBaseline baseline;
    private final ScoredProfile whole;
    private final List<ScoredProfile> buckets;

    ScoredWindow(List<ScoredProfile> buckets, EmbeddingBaseline baseline) {
        for (ScoredProfile bucket : buckets) {
            if (bucket.baseline() != baseline.fingerprint()) {
                throw new IllegalArgumentException("a profile was scored against baseline "
                        + Long.toHexString(bucket.baseline()) + ", not " + Long.toHexString(baseline.fingerprint())
                        + ": score its rows again");
            }
        }
        this.baseline = baseline;
        this.buckets = buckets.stream().filter(bucket -> bucket.count() > 0).toList();
        this.whole = this.buckets.isEmpty() ? baseline.empty() : ScoredProfile.merge(this.buckets);
    }

    EmbeddingBaseline baseline() {
        return baseline;
    }

    /** All buckets together. */
    ScoredProfile whole() {
        return whole;
    }

    long count() {
        return whole.count();
    }

    long heldOutCount() {
        return baseline.heldOut().count();
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
        return designEffect(squares, variance);
    }

    /** The design effect of the share of each class, where the counts by class are known per bucket. */
    double[] designEffects(Function<ScoredProfile, long[]> counts) {
        long[] total = counts.apply(whole);
        double[] squares = new double[total.length];
        for (ScoredProfile bucket : buckets) {
            long[] inBucket = counts.apply(bucket);
            for (int j = 0; j < total.length; j++) {
                double deviation = inBucket[j] - (double) total[j] * bucket.count() / count();
                squares[j] += deviation * deviation;
            }
        }
        double[] effects = new double[total.length];
        for (int j = 0; j < total.length; j++) {
            double share = (double) total[j] / count();
            effects[j] = designEffect(squares[j], share * (1 - share));
        }
        return effects;
    }

    /** The design effect of the mean of the scaled random features, averaged over their directions. */
    double featureDesignEffect() {
        double[] overall = whole.featureMeans();
        double variance = 1 - squaredLength(overall);
        double squares = 0;
        for (ScoredProfile bucket : buckets) {
            double[] deviation = bucket.featureMeans();
            for (int i = 0; i < deviation.length; i++) {
                deviation[i] = (deviation[i] - overall[i]) * bucket.count();
            }
            squares += squaredLength(deviation);
        }
        return designEffect(squares, variance);
    }

    /** The squared length of a vector of features, with their scale put in. */
    static double squaredLength(double[] features) {
        double sum = 0;
        for (double feature : features) {
            sum += feature * feature;
        }
        return sum / (features.length / 2.0);
    }

    private double designEffect(double squares, double variance) {
        int units = buckets.size();
        if (units < 2 || !(variance > 0)) {
            return 1;
        }
        return Math.max(1, squares * units / (units - 1.0) / (count() * variance));
    }

    /** A number that each row has, known per bucket by its sum. */
    interface RowMean {

        double sum(ScoredProfile profile);

        /** The variance of the number over the rows. */
        double variance(ScoredProfile profile);
    }
}
