package io.driftaware.core.detect;

/** Checks a configured limit. */
final class Threshold {

    private Threshold() {}

    static double of(double value, double least, double greatest) {
        // Written so that NaN is refused too.
        if (!(value >= least && value <= greatest)) {
            throw new IllegalArgumentException("threshold " + value + " is not " + least + " to " + greatest);
        }
        return value;
    }
}
