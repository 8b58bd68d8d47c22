package io.driftaware.core.sequential;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Which of many hypotheses to reject so that the expected share of wrong ones among them is at most alpha, whatever their
 * dependence (Wang and Ramdas, "False discovery rate control with e-values", JRSS B 84, 2022). For e-values of one window; not
 * for running evidence, whose expectation grows.
 */
public final class EBenjaminiHochberg {
    private EBenjaminiHochberg() {}

    /**
     * The k largest e-values, k being the greatest for which the k-th largest is at least K / (alpha k).
     *
     * @param eValues one for each hypothesis, at least 0
     * @param alpha above 0 and below 1
     * @return places of the rejected hypotheses
     */
    public static BitSet rejected(double[] eValues, double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha = " + alpha + " is not above 0 and below 1");
        }
        double[] sorted = eValues.clone();
        Arrays.sort(sorted);
        if (sorted.length > 0 && (sorted[0] < 0 || Double.isNaN(sorted[sorted.length - 1]))) {
            throw new IllegalArgumentException("an e-value is below 0 or NaN");
        }
        BitSet rejected = new BitSet(eValues.length);
        for (int k = sorted.length; k >= 1; k--) {
            double kth = sorted[sorted.length - k];
            if (kth >= sorted.length / (alpha * k)) {
                IntStream.range(0, eValues.length)
                        .filter(i -> eValues[i] >= kth)
                        .forEach(rejected::set);
                break;
            }
        }
        return rejected;
    }
}
