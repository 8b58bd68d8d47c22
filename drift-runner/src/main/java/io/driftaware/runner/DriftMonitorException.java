package io.driftaware.runner;

/** A check failed. The message is one line and says what to do. */
public final class DriftMonitorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DriftMonitorException(String message, Throwable cause) {
        super(message, cause);
    }

    DriftMonitorException(String message) {
        super(message);
    }
}
