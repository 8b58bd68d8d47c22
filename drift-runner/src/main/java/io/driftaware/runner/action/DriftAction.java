package io.driftaware.runner.action;

/**
 * Something to do when drift begins. It runs only when its name stands in {@code DRIFT_ACTIONS}, or when it is given to
 * the monitor's builder.
 *
 * <p>Delivery is at least once: after a crash the same request comes again, with the same idempotency key. Whatever is
 * thrown counts as a failure of this attempt and is tried again; a call that takes longer than a minute is given up.
 */
public interface DriftAction {
    /** A short name that stays the same, such as {@code webhook}: the outbox and the metrics carry it. */
    String name();

    /**
     * Acts on one decision. Called on a thread of its own, one call at a time.
     *
     * @throws Exception is a failure that may pass
     */
    ActionResult run(ActionRequest request) throws Exception;
}
