package io.driftaware.core.detect;

/**
 * By how much a rate is above that of the baseline, and from where on that is worth acting on: {@value #POINTS} at least, and
 * {@value #ODDS} times the odds. The points keep a rise from one to two in ten thousand out, the odds one from 50 to 51 %.
 */
public final class RateExcess {

    private static final double POINTS = 0.01;
    private static final double ODDS = 1.5;

    private RateExcess() {}

    /**
     * The least excess worth acting on.
     *
     * @param baselineRate 0 to 1
     * @return above 0; more than any rate can rise where there is no room
     */
    public static double threshold(double baselineRate) {
        Threshold.of(baselineRate, 0, 1);
        double atOdds = ODDS * baselineRate / (1 - baselineRate + ODDS * baselineRate);
        return Math.max(POINTS, atOdds - baselineRate);
    }
}
