package io.driftaware.core.detect;

import io.driftaware.core.baseline.ScoredProfile;
import java.util.function.DoubleUnaryOperator;

/**
 * Whether rows are on the whole more novel than the held-out ones: linear rank tests on the novelty scores, by bin, one-sided.
 * A row's rank u among the held-out rows, 0 to 1, counts as J(u), averaged over the ranks of its bin.
 *
 * <p>J(u) = u is the rank-sum of Mann and Whitney: strong where many rows are a little more novel. J(u) = (1 - u)^(-1/4) rises
 * in the tail and is strong where few rows are very novel, too; it stands between Savage's exponential scores and counting
 * above a high quantile. The p-value takes location, spread and skewness of the permutation distribution (Hajek and Sidak,
 * "Theory of rank tests", 1967) and a gamma distribution that has them: at 200 rows a normal one would be wrong in the tail.
 */
final class NoveltyScores {

    private static final double TAIL_POWER = 0.75;

    private final double[] score;

    private NoveltyScores(ScoredProfile heldOut, DoubleUnaryOperator integral) {
        long[] counts = heldOut.noveltyCounts();
        this.score = new double[counts.length];
        double from = 0;
        long below = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            below += counts[bin];
            // Beyond the greatest held-out score there is room for one more.
            double to = bin == counts.length - 1 ? 1 : below / (heldOut.count() + 1.0);
            double least = Math.max(to - from, 1e-9);
            score[bin] = (integral.applyAsDouble(from + least) - integral.applyAsDouble(from)) / least;
            from = to;
        }
    }

    /** The p-value of the rank-sum. */
    static double rankSum(ScoredWindow window) {
        return new NoveltyScores(window.before().profile(), u -> u * u / 2).pValue(window);
    }

    /** The p-value with the weight on the tail. */
    static double tail(ScoredWindow window) {
        return new NoveltyScores(window.before().profile(), u -> (1 - Math.pow(1 - u, TAIL_POWER)) / TAIL_POWER)
                .pValue(window);
    }

    private double pValue(ScoredWindow window) {
        long[] recent = window.whole().noveltyCounts();
        long[] before = window.before().profile().noveltyCounts();
        double n = window.effectiveCount(window.designEffect(new RowScore(score)));
        double m = window.heldOutCount();
        double[] pooled = new double[score.length];
        double mean = 0;
        double difference = 0;
        for (int bin = 0; bin < score.length; bin++) {
            double share = (double) recent[bin] / window.count();
            pooled[bin] = (share * n + before[bin]) / (n + m);
            mean += pooled[bin] * score[bin];
            difference += (share - before[bin] / m) * score[bin];
        }
        double second = 0;
        double third = 0;
        for (int bin = 0; bin < score.length; bin++) {
            double deviation = score[bin] - mean;
            second += pooled[bin] * deviation * deviation;
            third += pooled[bin] * deviation * deviation * deviation;
        }
        double variance = second * (1 / n + 1 / m);
        if (!(variance > 0)) {
            return 0.5;
        }
        double skewness = third * (1 / (n * n) - 1 / (m * m)) / Math.pow(variance, 1.5);
        return PValues.skewedUpper(difference / Math.sqrt(variance), skewness);
    }

    private record RowScore(double[] score) implements ScoredWindow.RowMean {

        @Override
        public double sum(ScoredProfile profile) {
            long[] counts = profile.noveltyCounts();
            double sum = 0;
            for (int bin = 0; bin < counts.length; bin++) {
                sum += counts[bin] * score[bin];
            }
            return sum;
        }

        @Override
        public double variance(ScoredProfile profile) {
            return central(profile, 2);
        }

        @Override
        public double excessKurtosis(ScoredProfile profile) {
            double variance = variance(profile);
            return central(profile, 4) / (variance * variance) - 3;
        }

        private double central(ScoredProfile profile, int power) {
            long[] counts = profile.noveltyCounts();
            double mean = sum(profile) / profile.count();
            double sum = 0;
            for (int bin = 0; bin < counts.length; bin++) {
                sum += counts[bin] * Math.pow(score[bin] - mean, power);
            }
            return sum / profile.count();
        }
    }
}
