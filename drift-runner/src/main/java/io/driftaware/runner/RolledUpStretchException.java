package io.driftaware.runner;

/** A stretch of time was named whose hours are no longer kept. The message is one line and says which day, and what to name. */
public final class RolledUpStretchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    RolledUpStretchException(String message, Throwable cause) {
        super(message, cause);
    }

    RolledUpStretchException(String message) {
        super(message);
    }
}
