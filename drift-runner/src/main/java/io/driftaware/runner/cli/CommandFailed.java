package io.driftaware.runner.cli;

/** A command ends without success; the message is one line that says what is wrong and the remedy. */
final class CommandFailed extends Exception {
    private static final long serialVersionUID = 1L;

    CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }

    CommandFailed(String message) {
        super(message);
    }
}
