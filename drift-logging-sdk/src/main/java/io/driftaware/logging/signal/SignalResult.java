package io.driftaware.logging.signal;

import java.util.Objects;

/**
 * One detector's answer.
 *
 * @param verdict what it says
 * @param score how sure it is that the signal is there, 0 to 1; only comparable between results of one detector and version
 * @param kind what sort of refusal or toxicity it is, in the detector's own words; empty unless flagged
 * @param detector the detector's name
 * @param version the detector's version: scores and verdicts may change with it
 */
public record SignalResult(Verdict verdict, double score, String kind, String detector, String version) {
    public SignalResult {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(detector, "detector");
        Objects.requireNonNull(version, "version");
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score is " + score + " and must be between 0 and 1");
        }
    }

    /** {@return whether the signal is there} */
    public boolean flagged() {
        return verdict == Verdict.FLAGGED;
    }

    /** {@return the detector with its version, as it is recorded beside a flag} */
    public String source() {
        return detector + "/" + version;
    }

    /** {@return the answer of a detector that can't judge} */
    public static SignalResult unknown(SignalDetector detector) {
        return new SignalResult(Verdict.UNKNOWN, 0, "", detector.name(), detector.version());
    }
}
