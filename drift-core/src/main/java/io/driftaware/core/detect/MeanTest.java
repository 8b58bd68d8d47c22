package io.driftaware.core.detect;

import io.driftaware.core.profile.FeedbackCounts;
import org.apache.commons.statistics.distribution.TDistribution;

/** Whether mean scores have fallen, for windows of scores that are taken as independent. */
public final class MeanTest {

    private MeanTest() {}

    /**
     * The p-value of "the mean is at least the limit": Student's one-sided test of one sample.
     *
     * @param limit a mean
     * @return 0.5 where there are fewer than two scores, or all are equal to the limit
     */
    public static double below(FeedbackCounts recent, double limit) {
        if (recent.count() < 2) {
            return 0.5;
        }
        return upper(
                limit - recent.mean().orElseThrow(),
                recent.variance().orElse(0) / recent.count(),
                recent.count() - 1.0);
    }

    /**
     * The p-value of "the mean is at least that of the baseline": the one-sided test of two samples with unequal variances
     * (Welch, Biometrika 34, 1947).
     *
     * @return 0.5 where a side has fewer than two scores, or nothing varies and nothing fell
     */
    public static double fell(FeedbackCounts recent, FeedbackCounts baseline) {
        if (recent.count() < 2 || baseline.count() < 2) {
            return 0.5;
        }
        double own = recent.variance().orElse(0) / recent.count();
        double before = baseline.variance().orElse(0) / baseline.count();
        double degrees = (own + before)
                * (own + before)
                / (own * own / (recent.count() - 1) + before * before / (baseline.count() - 1));
        return upper(
                baseline.mean().orElseThrow() - recent.mean().orElseThrow(),
                own + before,
                Double.isNaN(degrees) ? 1 : degrees);
    }

    private static double upper(double fall, double squaredError, double degrees) {
        if (squaredError <= 0) {
            return fall > 0 ? 0 : 0.5;
        }
        return TDistribution.of(degrees).survivalProbability(fall / Math.sqrt(squaredError));
    }
}
