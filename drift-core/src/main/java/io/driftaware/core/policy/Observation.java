package io.driftaware.core.policy;

import io.driftaware.core.detect.Finding;
import java.util.OptionalDouble;

/**
 * What one check saw of a stream.
 *
 * @param verdict the stream's verdict
 * @param value the size of the effect; empty exactly where the verdict is no comparison
 * @param threshold the limit that the value is compared with; of no meaning where there is no value
 */
public record Observation(Verdict verdict, OptionalDouble value, double threshold) {

    /** Refuses a comparison without a finite value and threshold, and a value without a comparison. */
    public Observation {
        if (verdict.isComparison() != value.isPresent()) {
            throw new IllegalArgumentException("verdict " + verdict + " with value " + value
                    + ": OK, WARN and DRIFT carry a value, the others none");
        }
        if (value.isPresent() && !(Double.isFinite(value.getAsDouble()) && Double.isFinite(threshold))) {
            throw new IllegalArgumentException(
                    "value " + value.getAsDouble() + " and threshold " + threshold + " must be finite");
        }
    }

    /** A verdict that rests on a comparison. */
    public static Observation compared(Verdict verdict, double value, double threshold) {
        return new Observation(verdict, OptionalDouble.of(value), threshold);
    }

    /** A verdict that rests on none: INSUFFICIENT, LEARNING or STALE. */
    public static Observation without(Verdict verdict) {
        return new Observation(verdict, OptionalDouble.empty(), 0);
    }

    /** What a finding says by its threshold alone. */
    public static Observation of(Finding finding) {
        if (finding instanceof Finding.Compared compared) {
            return compared(Verdict.of(compared), compared.value(), compared.threshold());
        }
        return without(Verdict.INSUFFICIENT);
    }
}
