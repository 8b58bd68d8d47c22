package io.driftaware.core.sequential;

/**
 * Watches the p-values of windows that do not overlap, one a day: each becomes an e-value by the calibrator
 * e = p^(-1/2) / 2, whose expectation is at most 1 while p is valid (Vovk and Wang, "E-values: calibration, combination and
 * applications", Annals of Statistics 49, 2021). Windows that share rows must not be given: their p-values repeat each other.
 * The budget's alarm level is that of a step of one day.
 */
public final class PValueWatch {
    /** How many alternatives its evidence weighs. */
    public static final int ALTERNATIVES = 1;

    private static final double LEAST = 1e-15;

    private final double logAlarm;

    /** @param logAlarm natural logarithm of the evidence that is an alarm, see {@link AlarmBudget} */
    public PValueWatch(double logAlarm) {
        this.logAlarm = logAlarm;
    }

    /**
     * The natural logarithm of e.
     *
     * @param pValue 0 to 1; below 1e-15 counts as that
     */
    public static double logE(double pValue) {
        if (!(pValue >= 0 && pValue <= 1)) {
            throw new IllegalArgumentException("p = " + pValue + " is not from 0 to 1");
        }
        return -0.5 * StrictMath.log(Math.max(LEAST, pValue)) - StrictMath.log(2);
    }

    /**
     * Takes a window in.
     *
     * @param before evidence before it, of {@link #ALTERNATIVES} alternative
     * @param pValue of the window
     */
    public Step step(Evidence before, double pValue) {
        double logE = logE(pValue);
        return Step.of(before, new double[] {logE}, logAlarm, logE > 0);
    }
}
