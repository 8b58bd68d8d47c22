package io.driftaware.runner.action;

import java.time.Duration;

/** How a call ended. Texts are one line, without secrets: they are stored, logged and shown. */
public sealed interface ActionResult {
    /**
     * Done.
     *
     * @param text what came of it, such as {@code 1200 documents}; empty if there is nothing to say
     */
    record Succeeded(String text) implements ActionResult {
        /** Done, with nothing to say. */
        public Succeeded() {
            this("");
        }
    }

    /**
     * This slice is done, and more is to come: the action is called again with the same idempotency key. From the first
     * {@code Running} on the action must bear being called again after a crash, whatever {@link DriftAction#repeatable()}
     * says of its first call; a step that must not be made twice needs a mark of its own, and {@link Unknown}.
     *
     * @param progress how far it is, such as {@code 3 of 12 batches}
     * @param next how long to wait before the next call; zero for at once
     */
    record Running(String progress, Duration next) implements ActionResult {
        /** Refuses negative waits. */
        public Running {
            if (next.isNegative()) {
                throw new IllegalArgumentException("next " + next + " is negative: use zero for at once");
            }
        }
    }

    /**
     * Not done, and worth another attempt.
     *
     * @param error why
     * @param after the least time until then, as a Retry-After asks for; zero leaves it to the dispatcher
     */
    record TryAgain(String error, Duration after) implements ActionResult {
        /** Refuses negative waits. */
        public TryAgain {
            if (after.isNegative()) {
                throw new IllegalArgumentException("after " + after + " is negative: use zero for none");
            }
        }

        /** The dispatcher chooses the wait. */
        public TryAgain(String error) {
            this(error, Duration.ZERO);
        }
    }

    /**
     * Not done, and not worth another attempt.
     *
     * @param error why
     */
    record Failed(String error) implements ActionResult {}

    /**
     * Perhaps done: it is not called again, and waits for the operator.
     *
     * @param error what happened
     */
    record Unknown(String error) implements ActionResult {}
}
