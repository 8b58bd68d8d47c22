package io.driftaware.core.sequential;

/** Watches the mean of a score: takes the scores of each check, and says when the budget calls for an alarm. */
public final class MeanWatch {
    private final MeanFall fall;
    private final double logAlarm;

    /**
     * A watch.
     *
     * @param fall what the mean must not fall below
     * @param logAlarm natural logarithm of the evidence that is an alarm, see {@link AlarmBudget}
     */
    public MeanWatch(MeanFall fall, double logAlarm) {
        this.fall = fall;
        this.logAlarm = logAlarm;
    }

    /**
     * Takes a check in.
     *
     * @param before evidence before it, of {@link MeanFall#ALTERNATIVES} alternatives
     * @param scores from 0 to 1
     */
    public Step step(Evidence before, double... scores) {
        double[] logE = fall.logE(scores);
        return scores.length == 0 ? Step.nothing(before, logE) : Step.of(before, logE, logAlarm, true);
    }
}
