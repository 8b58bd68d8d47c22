package io.driftaware.logging.signal;

/** What a detector says of one reply. */
public enum Verdict {
    /** The signal is there. */
    FLAGGED,
    /** The text was judged, and the signal is not there. */
    CLEAR,
    /** Nothing can be said: no text, a language the detector doesn't know, a service that did not answer. */
    UNKNOWN
}
