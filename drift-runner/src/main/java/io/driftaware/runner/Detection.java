package io.driftaware.runner;

/** How a check decides between OK and DRIFT ({@code DRIFT_DETECTION}). */
public enum Detection {
    /** Evidence within a budget of false alarms, and an effect worth acting on. */
    CALIBRATED,
    /**
     * The rules of the Python original, with a minimum sample, and with the noise floor taken off the cosine distance.
     */
    THRESHOLD
}
