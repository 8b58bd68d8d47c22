package io.driftaware.core.sequential;

import java.util.Map;

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

    /** The counts of one check in one stratum: {@code 0 <= events <= rows}. */
    public record Counts(long events, long rows) {}

    /**
     * Takes a check in.
     *
     * @param before evidence before it, of {@link RateRise#ALTERNATIVES} alternatives
     * @param counts by stratum
     */
    public Step step(Evidence before, Map<Stratum, Counts> counts) {
        double[] logE = new double[RateRise.ALTERNATIVES];
        long rows = 0;
        long events = 0;
        for (Map.Entry<Stratum, Counts> entry : counts.entrySet()) {
            Counts batch = entry.getValue();
            double[] ofStratum = rates.of(entry.getKey()).logE(batch.events(), batch.rows());
            double tempering = BatchCorrelation.designEffect(correlation, batch.rows());
            for (int j = 0; j < logE.length; j++) {
                logE[j] += ofStratum[j] / tempering;
            }
            rows += batch.rows();
            events += batch.events();
        }
        return rows == 0 ? Step.nothing(before, logE) : Step.of(before, logE, logAlarm, events > 0);
    }
}
