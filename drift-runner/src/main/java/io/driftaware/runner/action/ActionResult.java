package io.driftaware.runner.action;

/** How an attempt ended. */
public sealed interface ActionResult {
    /** Done. */
    record Succeeded() implements ActionResult {}

    /**
     * Not done, and worth another attempt.
     *
     * @param error why, in one line, without secrets
     */
    record TryAgain(String error) implements ActionResult {}

    /**
     * Not done, and not worth another attempt.
     *
     * @param error why, in one line, without secrets
     */
    record Failed(String error) implements ActionResult {}
}
