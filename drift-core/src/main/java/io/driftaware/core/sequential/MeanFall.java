package io.driftaware.core.sequential;

/**
 * E-values against "the mean is at least m", for scores from 0 to 1 of any distribution: E = prod (1 + l (m - x)) for five
 * bets l = .95 {.02, .05, .1, .2, .4} / (1 - m) (betting, Waudby-Smith and Ramdas, "Estimating means of bounded random
 * variables by betting", 2024). No E is ever 0. Under every mean of m or more E[E] is at most 1.
 */
public final class MeanFall {
    private static final double[] SHARES = {0.02, 0.05, 0.1, 0.2, 0.4};
    private static final double CAUTION = 0.95;
    private static final int HUNDREDTHS = 100;

    /** How many alternatives there are. */
    public static final int ALTERNATIVES = SHARES.length;

    private final double limit;
    private final double[] bets = new double[ALTERNATIVES];

    private MeanFall(double limit) {
        this.limit = limit;
        for (int j = 0; j < ALTERNATIVES; j++) {
            bets[j] = CAUTION * SHARES[j] / (1 - limit);
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
     * Adds the logarithms of the five E of one score.
     *
     * @param sums of the batch so far, {@link #ALTERNATIVES} of them, changed in place
     * @param score from 0 to 1
     */
    public void add(double[] sums, double score) {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score = " + score + " is not from 0 to 1");
        }
        for (int j = 0; j < ALTERNATIVES; j++) {
            sums[j] += StrictMath.log1p(bets[j] * (limit - score));
        }
    }

    /**
     * Natural logarithms of the five E of a batch of scores.
     *
     * @param hundredths how many scores there are of each hundredth from 0 to 1, 101 numbers
     */
    public double[] logE(long[] hundredths) {
        if (hundredths.length != HUNDREDTHS + 1) {
            throw new IllegalArgumentException(hundredths.length + " counts, not one for each hundredth from 0 to 1");
        }
        double[] sums = new double[ALTERNATIVES];
        for (int i = 0; i < hundredths.length; i++) {
            if (hundredths[i] != 0) {
                for (int j = 0; j < ALTERNATIVES; j++) {
                    sums[j] += hundredths[i] * StrictMath.log1p(bets[j] * (limit - (double) i / HUNDREDTHS));
                }
            }
        }
        return sums;
    }

    /** Natural logarithms of the five E of a batch of scores from 0 to 1. */
    public double[] logE(double... scores) {
        double[] sums = new double[ALTERNATIVES];
        for (double score : scores) {
            add(sums, score);
        }
        return sums;
    }
}
