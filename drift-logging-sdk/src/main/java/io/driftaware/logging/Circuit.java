package io.driftaware.logging;

/** Whether the logger tries to write: see {@link LoggerStats#circuit()}. */
public enum Circuit {
    /** Writing works, or has failed less than three times in a row. */
    CLOSED,
    /** Writing failed three times in a row or more; nothing is tried until the pause is over. */
    OPEN,
    /** The pause is over, and one batch is being tried. */
    HALF_OPEN
}
