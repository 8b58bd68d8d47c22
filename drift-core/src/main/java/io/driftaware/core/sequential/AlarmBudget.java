package io.driftaware.core.sequential;

import java.time.Duration;

/**
 * How often false alarms may happen over everything that is watched, shared by all sequences alike.
 *
 * @param days at most one false alarm in so many days, above 0
 * @param sequences how many sequences share it (streams x hypotheses x segments), at least 1
 */
public record AlarmBudget(double days, int sequences) {
    private static final double SECONDS_PER_DAY = 86_400;
    private static final double BASELINE_RISK = 0.01;

    /** Checks the values. */
    public AlarmBudget {
        if (!(days > 0 && days < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("days = " + days + " is not a positive number");
        }
        if (sequences < 1) {
            throw new IllegalArgumentException("sequences = " + sequences + " is not positive");
        }
    }

    /**
     * The risk at which each limit that is estimated from a baseline is taken, so that with all sequences together at most one
     * time in a hundred any of them is wrong. The stated risk of a false alarm within N checks is this .01 + N / A.
     */
    public double baselineRisk() {
        return BASELINE_RISK / sequences;
    }

    /**
     * The natural logarithm of A, the evidence that is an alarm: A is the number of steps that all sequences together make
     * in the days of the budget, never less than 1.
     *
     * @param step time between two steps of one sequence
     */
    public double logAlarm(Duration step) {
        if (step.isNegative() || step.isZero()) {
            throw new IllegalArgumentException("step = " + step + " is not positive");
        }
        double seconds = step.toSeconds() + step.toNanosPart() / 1e9;
        return Math.max(0, StrictMath.log(sequences * days * SECONDS_PER_DAY / seconds));
    }
}
