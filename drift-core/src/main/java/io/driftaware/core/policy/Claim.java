package io.driftaware.core.policy;

/**
 * One way in which a stream may have drifted: the size of the effect beside its limit, and the evidence beside what the
 * budget of false alarms asks for. Only both together are drift.
 *
 * @param hypothesis short name, such as {@code limit}
 * @param value size of the effect, finite
 * @param threshold limit of the value, finite
 * @param effect whether the value is one worth acting on, by the detector's own rule
 * @param logEvidence natural logarithm of the running evidence; minus infinity where there is none
 * @param logAlarm natural logarithm of the evidence that is an alarm, above 0
 * @param fresh whether this check brought rows that speak for it; without them nothing new is called drift
 */
public record Claim(
        String hypothesis,
        double value,
        double threshold,
        boolean effect,
        double logEvidence,
        double logAlarm,
        boolean fresh) {

    /** Checks the values. */
    public Claim {
        if (hypothesis.isBlank()) {
            throw new IllegalArgumentException("the hypothesis has no name");
        }
        if (!Double.isFinite(value) || !Double.isFinite(threshold)) {
            throw new IllegalArgumentException(
                    hypothesis + ": value " + value + " and threshold " + threshold + " must be finite");
        }
        if (Double.isNaN(logEvidence) || !(logAlarm > 0 && logAlarm < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(hypothesis + ": evidence " + logEvidence + " against " + logAlarm
                    + " is no pair of logarithms with a positive limit");
        }
    }

    /** The evidence as a share of what is needed, both as logarithms: 1 is an alarm, 0 none at all. */
    public double evidenceRatio() {
        return Math.max(0, logEvidence) / logAlarm;
    }

    /** Whether the evidence suffices. */
    boolean proven() {
        return logEvidence >= logAlarm;
    }
}
