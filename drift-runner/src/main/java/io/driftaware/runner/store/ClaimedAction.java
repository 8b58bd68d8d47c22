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
 * @param attempt 1 at the first, and at the first after the action said that it goes on
 * @param claim 1 at the first; larger at every later one
 * @param outcomeUnknown whether an earlier call was made, and how it ended was never written
 */
public record ClaimedAction(
        long id,
        String action,
        String kind,
        UUID idempotencyKey,
        String reason,
        String payload,
        int attempt,
        int claim,
        boolean outcomeUnknown) {}
