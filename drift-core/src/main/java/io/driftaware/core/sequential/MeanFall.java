package io.driftaware.core.sequential;

import java.util.OptionalDouble;

/**
 * E-values against "the mean is at least m", for scores from 0 to 1 of any distribution: E = prod (1 + l (m - x)) for five
 * bets l = .95 {.02, .05, .1, .2, .4} / (1 - m) (betting, Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", 2024). No E is ever 0. Under every mean of m or more E[E] is at most 1.
 *
 * <p>Scores come as counts by hundredths, as the database keeps them, so that a batch costs the same however large it is.
 */
public final class MeanFall {
    /** How many scores there are in steps of a hundredth: 0.00 to 1.00. */
    public static final int HUNDREDTHS = 101;

    private static final double[] SHARES = {0.02, 0.05, 0.1, 0.2, 0.4};
    private static final double CAUTION = 0.95;

    /** How many alternatives there are. */
    public static final int ALTERNATIVES = SHARES.length;

    private final double limit;
    private final double[] bets = new double[ALTERNATIVES];
    private final double[][] perScore = new double[HUNDREDTHS][ALTERNATIVES];

    private MeanFall(double limit) {
        this.limit = limit;
        for (int j = 0; j < ALTERNATIVES; j++) {
            bets[j] = CAUTION * SHARES[j] / (1 - limit);
            for (int i = 0; i < HUNDREDTHS; i++) {
                perScore[i][j] = StrictMath.log1p(bets[j] * (limit - i / 100.0));
            }
        }
    }

    /**
     * Against means from a limit upwards.
     *
     * @param limit m, above 0 and below 1
     */
    public static MeanFall below(double limit) {
        if (!(limit > 0 && limit < 1)) {
            throw new IllegalArgumentException("limit = " + limit + " is not above 0 and below 1");
        }
        return new MeanFall(limit);
    }

    /** m. */
    public double limit() {
        return limit;
    }

    /**
     * Natural logarithms of the five E of a batch.
     *
     * @param hundredths how many scores there are of 0.00, 0.01 to 1.00: {@link #HUNDREDTHS} counts
     */
    public double[] logE(long[] hundredths) {
        count(hundredths);
        double[] logs = new double[ALTERNATIVES];
        for (int i = 0; i < HUNDREDTHS; i++) {
            if (hundredths[i] > 0) {
                for (int j = 0; j < ALTERNATIVES; j++) {
                    logs[j] += hundredths[i] * perScore[i][j];
                }
            }
        }
        return logs;
    }

    /**
     * The smallest fall below m that so many scores can be expected to raise an alarm for by themselves. With d the fall and
     * v the variance, log E of n scores is about n (l d - l^2 (v + d^2) / 2), which is to reach ln A + ln 5.
     *
     * @param scores n, at least 0, independent ones
     * @param variance v of the scores
     * @param logAlarm ln A, see {@link AlarmBudget}
     * @return d, above 0; empty where no fall suffices
     */
    public OptionalDouble detectableFall(double scores, double variance, double logAlarm) {
        double needed = (logAlarm + StrictMath.log(ALTERNATIVES)) / scores;
        double least = Double.POSITIVE_INFINITY;
        for (double bet : bets) {
            double rest = 1 - bet * bet * variance - 2 * needed;
            if (rest >= 0) {
                least = Math.min(least, (1 - Math.sqrt(rest)) / bet);
            }
        }
        return least <= limit ? OptionalDouble.of(least) : OptionalDouble.empty();
    }

    /** How many scores a batch has. */
    static long count(long[] hundredths) {
        if (hundredths.length != HUNDREDTHS) {
            throw new IllegalArgumentException(hundredths.length + " counts for " + HUNDREDTHS + " scores");
        }
        long count = 0;
        for (long scores : hundredths) {
            if (scores < 0) {
                throw new IllegalArgumentException("a count of scores is " + scores);
            }
            count = Math.addExact(count, scores);
        }
        return count;
    }
}
