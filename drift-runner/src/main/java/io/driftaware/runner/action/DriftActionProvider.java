package io.driftaware.runner.action;

/**
 * Makes an action that {@code DRIFT_ACTIONS} names, found by {@link java.util.ServiceLoader}. It is asked only for an
 * action that is named: one that nobody named is not created.
 */
public interface DriftActionProvider {
    /** Name of the action, as {@code DRIFT_ACTIONS} writes it and {@link DriftAction#name()} returns it. */
    String name();

    /**
     * Makes the action.
     *
     * @throws IllegalArgumentException if a setting is missing or wrong; the message names it and the remedy
     */
    DriftAction create(ActionContext context);
}
