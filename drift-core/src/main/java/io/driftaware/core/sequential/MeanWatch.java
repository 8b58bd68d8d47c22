package io.driftaware.core.sequential;

/**
 * Watches the mean of a score: takes the scores of each check, tempers the evidence where scores of a check go together, and
 * says when the budget calls for an alarm.
 */
public final class MeanWatch {
    private final MeanFall fall;
    private final double correlation;
    private final double logAlarm;

    /**
     * A watch.
     *
     * @param fall what the mean must not fall below
     * @param correlation of the scores of one check, 0 to 1, see {@link BatchCorrelation}
     * @param logAlarm natural logarithm of the evidence that is an alarm, see {@link AlarmBudget}
     */
    public MeanWatch(MeanFall fall, double correlation, double logAlarm) {
        BatchCorrelation.designEffect(correlation, 1);
        this.fall = fall;
        this.correlation = correlation;
        this.logAlarm = logAlarm;
    }

    /**
     * Takes a check in.
     *
     * @param before evidence before it, of {@link MeanFall#ALTERNATIVES} alternatives
     * @param hundredths how many scores there are of 0.00, 0.01 to 1.00: {@link MeanFall#HUNDREDTHS} counts
     */
    public Step step(Evidence before, long[] hundredths) {
        double[] logE = fall.logE(hundredths);
        long count = MeanFall.count(hundredths);
        if (count == 0) {
            return Step.nothing(before, logE, logAlarm);
        }
        double tempering = BatchCorrelation.designEffect(correlation, count);
        for (int j = 0; j < logE.length; j++) {
            logE[j] /= tempering;
        }
        return Step.of(before, logE, logAlarm, true);
    }
}
