package io.driftaware.core.sequential;

/**
 * What one check did to the evidence.
 *
 * @param after the evidence to go on with; none after an alarm
 * @param logEvidence natural logarithm of R with this check in it, before an alarm set it back
 * @param logAlarm natural logarithm of the evidence that is an alarm
 * @param logE natural logarithms of the check's own E, for the record; replaying them gives the same evidence
 * @param alarm whether the evidence suffices
 */
public record Step(Evidence after, double logEvidence, double logAlarm, double[] logE, boolean alarm) {
    private static final double WARNING = 0.5;

    /** Copies the array. */
    public Step {
        logE = logE.clone();
    }

    /** A check without data: it changes nothing, and alarms of nothing. */
    static Step nothing(Evidence before, double[] logE, double logAlarm) {
        return new Step(before, before.log(), logAlarm, logE, false);
    }

    /** @param event whether the check brought anything that could be a reason for an alarm */
    static Step of(Evidence before, double[] logE, double logAlarm, boolean event) {
        Evidence after = before.after(logE);
        double log = after.log();
        boolean alarm = event && log >= logAlarm;
        return new Step(alarm ? Evidence.none(after.alternatives()) : after, log, logAlarm, logE, alarm);
    }

    /** How much of the evidence needed there is, on the log scale: 0 for none, 1 and above for an alarm. */
    public double evidenceRatio() {
        return Evidence.ratio(logEvidence, logAlarm);
    }

    /** Whether there is half the evidence needed, on the log scale: a reason to warn. */
    public boolean warning() {
        return alarm || evidenceRatio() >= WARNING;
    }

    @Override
    public double[] logE() {
        return logE.clone();
    }
}
