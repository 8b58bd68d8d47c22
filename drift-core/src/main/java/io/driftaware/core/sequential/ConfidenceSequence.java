package io.driftaware.core.sequential;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * Bounds of a rate that hold at every moment together with probability 1 - alpha, however often one looks: the rates p
 * against which a beta-binomial mixture of likelihood ratios has never reached 1 / alpha (Howard, Ramdas, McAuliffe, Sekhon,
 * "Time-uniform, nonparametric, nonasymptotic confidence sequences", 2021).
 */
public final class ConfidenceSequence {
    private static final int BISECTIONS = 80;
    private static final double LEAST_MIXTURE = 1e-3;

    private ConfidenceSequence() {}

    /** Bounds, 0 to 1. */
    public record Interval(double lower, double upper) {}

    /**
     * With the mixture Beta(1/2, 1/2), which needs no choice.
     *
     * @param events 0 to {@code trials}
     * @param trials at least 0; of 0 the interval is (0, 1)
     * @param alpha above 0 and below 1
     */
    public static Interval rate(long events, long trials, double alpha) {
        return interval(events, trials, alpha, p -> logRatio(events, trials, p, 0.5, 0.5));
    }

    /**
     * With a mixture that makes the interval shortest near a number of trials: Beta(c p, c (1 - p)), c = t / (2 ln(1/alpha) +
     * ln(1 + 2 ln(1/alpha))) - 1, at least .001.
     *
     * @param shortestAt t, above 0
     */
    public static Interval rate(long events, long trials, double alpha, double shortestAt) {
        if (!(shortestAt > 0)) {
            throw new IllegalArgumentException("shortestAt = " + shortestAt + " is not positive");
        }
        double log = StrictMath.log(1 / alpha);
        double c = Math.max(LEAST_MIXTURE, shortestAt / (2 * log + StrictMath.log1p(2 * log)) - 1);
        return interval(events, trials, alpha, p -> logRatio(events, trials, p, c * p, c * (1 - p)));
    }

    private static double logRatio(long events, long trials, double p, double a, double b) {
        return LogBeta.value(a + events, b + trials - events)
                - LogBeta.value(a, b)
                - events * StrictMath.log(p)
                - (trials - events) * StrictMath.log1p(-p);
    }

    private static Interval interval(long events, long trials, double alpha, DoubleUnaryOperator logRatio) {
        if (events < 0 || events > trials) {
            throw new IllegalArgumentException(events + " events in " + trials + " trials");
        }
        if (!(alpha > 0 && alpha < 1)) {
            throw new IllegalArgumentException("alpha = " + alpha + " is not above 0 and below 1");
        }
        if (trials == 0) {
            return new Interval(0, 1);
        }
        double log = StrictMath.log(1 / alpha);
        double middle = (double) events / trials;
        double lower = events == 0 ? 0 : edge(0, middle, log, logRatio);
        double upper = events == trials ? 1 : edge(1, middle, log, logRatio);
        return new Interval(lower, upper);
    }

    /** The ratio falls from the outer end to the middle; the edge is where it is 1 / alpha. */
    private static double edge(double outer, double middle, double log, DoubleUnaryOperator logRatio) {
        double excluded = outer;
        double included = middle;
        for (int i = 0; i < BISECTIONS; i++) {
            double p = (excluded + included) / 2;
            if (p == excluded || p == included) {
                break;
            }
            if (logRatio.applyAsDouble(p) >= log) {
                excluded = p;
            } else {
                included = p;
            }
        }
        return excluded;
    }
}
