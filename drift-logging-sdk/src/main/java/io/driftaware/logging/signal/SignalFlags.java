package io.driftaware.logging.signal;

import org.jspecify.annotations.Nullable;

/**
 * What the detectors found out about one exchange.
 *
 * @param refusal whether the reply declines; null if nobody could tell
 * @param toxicity whether the reply is toxic; null if nobody could tell
 */
public record SignalFlags(@Nullable SignalResult refusal, @Nullable SignalResult toxicity) {
    /** Nothing is known. */
    public static final SignalFlags UNKNOWN = new SignalFlags(null, null);
}
