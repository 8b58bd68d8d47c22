package io.driftaware.runner.action;

import java.util.UUID;

/**
 * What is asked of an action.
 *
 * @param kind {@code reindex} for embedding drift, {@code retrain} for refusals, toxicity and feedback; {@code notify} where
 *     there is evidence that neither would help
 * @param reason such as {@code embedding_drift} or {@code high_refusal_rate & accuracy_drop}
 * @param idempotencyKey the same at every attempt; act once per key
 * @param attempt 1 at the first
 * @param payload JSON object: {@code kind}, {@code reason}, {@code at}, {@code streams}, {@code episodes},
 *     {@code details}; the same at every attempt
 */
public record ActionRequest(String kind, String reason, UUID idempotencyKey, int attempt, String payload) {
    /** Refuses attempts below one. */
    public ActionRequest {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt " + attempt + " is below 1");
        }
    }
}
