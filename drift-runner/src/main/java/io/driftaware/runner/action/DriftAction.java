package io.driftaware.runner.action;

/**
 * Something to do when drift begins. It runs only when its name stands in {@code DRIFT_ACTIONS}, or when it is given to
 * the monitor's builder.
 *
 * <p>A call does a bounded slice of work and is given up after a minute; long work returns {@link ActionResult.Running}
 * and is called again with the same idempotency key, by any monitor of the database, so it must find out by itself where
 * it stopped. Of one {@link #target()} only one request is under way. A call that is given up is interrupted; until its thread has
 * ended, its monitor makes no other call of that target, but another monitor may, so an action ends when it is interrupted.
 *
 * <p>After a crash, an exception or a call that was given up, nobody knows whether it worked. A {@link #repeatable()}
 * action is called again, with the same key; any other one becomes UNKNOWN and waits for the operator.
 */
public interface DriftAction {
    /** A short name that stays the same, such as {@code webhook}: the outbox and the metrics carry it. */
    String name();

    /**
     * Acts on one decision. Called on a thread of its own, which is interrupted when the call is given up.
     *
     * @throws Exception if it is not known whether it worked
     */
    ActionResult run(ActionRequest request) throws Exception;

    /** Whether a second call with the same key does no harm. False for what starts something that cannot be recalled. */
    default boolean repeatable() {
        return true;
    }

    /** Whether the operator has to approve each request first. */
    default boolean needsApproval() {
        return false;
    }

    /**
     * Whether a request of this kind is meant to end the drift, and not to tell of it. Then the monitor looks later, for each of its
     * episodes, whether it ended; where it did not, the next such request for that stream waits for the operator if
     * {@link #heldIfInVain()}.
     *
     * @param kind {@code reindex}, {@code retrain} or {@code notify}
     */
    default boolean remedies(String kind) {
        return !kind.equals("notify");
    }

    /**
     * Whether it is not repeated by itself for a stream whose drift it did not end; other streams are not held back. False for
     * what may be all that tells people of a drift.
     */
    default boolean heldIfInVain() {
        return true;
    }

    /** What it works on: of all requests with the same target, one at a time is under way. */
    default String target() {
        return name();
    }
}
