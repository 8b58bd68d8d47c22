package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.MeanFall;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apache.commons.numbers.gamma.LogBeta;

/** How scores are distributed, over hundredths from 0 to 1. */
final class Scores {
    private static final int STEPS = MeanFall.HUNDREDTHS - 1;

    private final double[] cumulative = new double[MeanFall.HUNDREDTHS];
    private final double mean;
    private final double deviation;

    private Scores(double[] probabilities) {
        double sum = 0;
        double squares = 0;
        double total = 0;
        for (int i = 0; i < probabilities.length; i++) {
            total += probabilities[i];
            cumulative[i] = total;
            sum += probabilities[i] * i / STEPS;
            squares += probabilities[i] * i / STEPS * i / STEPS;
        }
        this.mean = sum;
        this.deviation = Math.sqrt(squares - sum * sum);
    }

    /** Beta-binomial over the hundredths, which has the mean exactly: ratings on a fine scale. */
    static Scores graded(double mean, double deviation) {
        // Variance = m (1 - m) / 100 (1 + 99 r), r = 1 / (a + b + 1).
        double r = (deviation * deviation * STEPS / (mean * (1 - mean)) - 1) / (STEPS - 1);
        double a = mean * (1 / r - 1);
        double b = (1 - mean) * (1 / r - 1);
        double[] probabilities = new double[MeanFall.HUNDREDTHS];
        double logChoose = 0;
        for (int k = 0; k <= STEPS; k++) {
            probabilities[k] = Math.exp(logChoose + LogBeta.value(a + k, b + STEPS - k) - LogBeta.value(a, b));
            logChoose += Math.log((double) (STEPS - k) / (k + 1));
        }
        return new Scores(probabilities);
    }

    /** Thumbs up or down. */
    static Scores thumbs(double mean) {
        double[] probabilities = new double[MeanFall.HUNDREDTHS];
        probabilities[0] = 1 - mean;
        probabilities[STEPS] = mean;
        return new Scores(probabilities);
    }

    /** Scores of a check, by hundredths. */
    long[] draw(int count, RandomGenerator random) {
        long[] hundredths = new long[MeanFall.HUNDREDTHS];
        for (int i = 0; i < count; i++) {
            int at = Arrays.binarySearch(cumulative, random.nextDouble());
            hundredths[Math.min(STEPS, at >= 0 ? at + 1 : -at - 1)]++;
        }
        return hundredths;
    }

    double mean() {
        return mean;
    }

    double deviation() {
        return deviation;
    }
}
