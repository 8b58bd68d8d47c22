package io.driftaware.runner.store;

import java.util.UUID;

/**
 * A row of the outbox that this monitor may run now.
 *
 * @param id of the row
 * @param action name of the action
 * @param kind {@code reindex} or {@code retrain}
 * @param idempotencyKey the same at every attempt
 * @param reason as the original names it
 * @param payload JSON object
 * @param attempt 1 at the first
 */
public record ClaimedAction(
        long id, String action, String kind, UUID idempotencyKey, String reason, String payload, int attempt) {}
