package io.driftaware.logging.signal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the detectors found out about one exchange.
 *
 * @param refusal whether the reply declines; null if nobody could tell
 * @param toxic whether the reply is toxic; null if nobody could tell
 * @param results the answers that these come from, one for each signal that is known: detector, version, kind and score
 */
public record SignalFlags(@Nullable Boolean refusal, @Nullable Boolean toxic, List<SignalResult> results) {
    /** Nothing is known. */
    public static final SignalFlags UNKNOWN = new SignalFlags(null, null, List.of());

    public SignalFlags {
        results = List.copyOf(results);
    }
}
