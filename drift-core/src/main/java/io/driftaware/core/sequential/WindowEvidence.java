package io.driftaware.core.sequential;

/**
 * An e-value from the p-value of a window: e = p^(-1/2) / 2, whose expectation is at most 1 for every valid p (Vovk and Wang,
 * "E-values: calibration, combination and applications", Annals of Statistics 49, 2021). For windows that share no row with
 * an earlier one.
 */
public final class WindowEvidence {
    /** How many alternatives there are: one. */
    public static final int ALTERNATIVES = 1;

    /** A smaller p is no better known. */
    private static final double LEAST = 1e-15;

    private WindowEvidence() {}

    /**
     * The natural logarithm of the e-value, of the one alternative.
     *
     * @param pValue 0 to 1
     */
    public static double[] logE(double pValue) {
        if (!(pValue >= 0 && pValue <= 1)) {
            throw new IllegalArgumentException("p = " + pValue + " is not from 0 to 1");
        }
        return new double[] {-StrictMath.log(Math.max(LEAST, pValue)) / 2 - StrictMath.log(2)};
    }
}
