package io.driftaware.core.sequential;

import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Limits estimated from a baseline. A limit that is itself estimated has to be taken at its bound: used as if it were
 * known, it raises false alarms several times over.
 */
public final class BaselineBounds {
    private BaselineBounds() {}

    /**
     * A rate that the true one exceeds with probability at most {@code risk}: the one-sided bound of Clopper and Pearson
     * (Biometrika 26, 1934).
     *
     * @param events 0 to {@code trials}; fractions are fine, such as those of rows that are worth less than one
     * @param trials above 0
     * @param risk above 0 and below 1
     * @return above 0; 1 where every trial was an event
     */
    public static double rateAtMost(double events, double trials, double risk) {
        requireRisk(risk);
        if (!(trials > 0 && events >= 0 && events <= trials)) {
            throw new IllegalArgumentException(events + " events in " + trials + " trials");
        }
        if (events == trials) {
            return 1;
        }
        return BetaDistribution.of(events + 1, trials - events).inverseSurvivalProbability(risk);
    }

    /**
     * A mean that the true one falls short of with probability at most {@code risk}, for scores from 0 to 1 of any
     * distribution: the empirical Bernstein bound (Maurer and Pontil, COLT 2009, theorem 4).
     *
     * @param count at least 2
     * @param mean of the scores, 0 to 1
     * @param variance of the scores, the sum of squared deviations over {@code count - 1}
     * @param risk above 0 and below 1
     * @return may be below 0, which says nothing
     */
    public static double meanAtLeast(double count, double mean, double variance, double risk) {
        requireRisk(risk);
        requireScores(count, mean, variance);
        double logRisk = StrictMath.log(2 / risk);
        return mean - Math.sqrt(2 * variance * logRisk / count) - 7 * logRisk / (3 * (count - 1));
    }

    static void requireScores(double count, double mean, double variance) {
        if (!(count >= 2)) {
            throw new IllegalArgumentException("count = " + count + " is below 2");
        }
        if (!(mean >= 0 && mean <= 1) || !(variance >= 0 && variance <= 1)) {
            throw new IllegalArgumentException(
                    "mean = " + mean + ", variance = " + variance + " of scores from 0 to 1");
        }
    }

    private static void requireRisk(double risk) {
        if (!(risk > 0 && risk < 1)) {
            throw new IllegalArgumentException("risk = " + risk + " is not above 0 and below 1");
        }
    }
}
