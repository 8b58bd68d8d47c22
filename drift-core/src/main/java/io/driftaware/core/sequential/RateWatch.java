package io.driftaware.core.sequential;

/**
 * Watches one rate: takes the counts of each check, tempers the evidence where rows of a check go together, and says when
 * the budget calls for an alarm.
 */
public final class RateWatch {
    private final StratumRates rates;
    private final double correlation;
    private final double logAlarm;

    /**
     * A watch.
     *
     * @param rates what is usual or allowed
     * @param correlation of the rows of one check, 0 to 1, see {@link BatchCorrelation}
     * @param logAlarm natural logarithm of the evidence that is an alarm, see {@link AlarmBudget}
     */
    public RateWatch(StratumRates rates, double correlation, double logAlarm) {
        BatchCorrelation.designEffect(correlation, 1);
        this.rates = rates;
        this.correlation = correlation;
        this.logAlarm = logAlarm;
    }

    /** The counts of one stratum: {@code 0 <= events <= rows}. */
    public record Counts(long events, long rows) {
        /** Checks the counts. */
        public Counts {
            StratumCounts.requirePossible(events, rows);
        }
    }

    /**
     * Takes a check in.
     *
     * @param before evidence before it, of {@link RateRise#ALTERNATIVES} alternatives
     */
    public Step step(Evidence before, StratumCounts counts) {
        double[] logE = new double[RateRise.ALTERNATIVES];
        for (Stratum stratum : Stratum.values()) {
            long rows = counts.rows(stratum);
            if (rows > 0) {
                double[] ofStratum = rates.of(stratum).logE(counts.events(stratum), rows);
                double tempering = BatchCorrelation.designEffect(correlation, rows);
                for (int j = 0; j < logE.length; j++) {
                    logE[j] += ofStratum[j] / tempering;
                }
            }
        }
        return counts.rows() == 0
                ? Step.nothing(before, logE, logAlarm)
                : Step.of(before, logE, logAlarm, counts.events() > 0);
    }
}
