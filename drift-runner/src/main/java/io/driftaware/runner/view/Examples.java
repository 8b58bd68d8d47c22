package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queries behind a rate or a mean: those that were refused, answered badly, or scored low. */
public record Examples(
        @Says("its name") String stream,
        @Says("what they have in common, in words") String label,
        @Says("of the 200 latest in the last seven days; 20 at most, the most frequent or the lowest score first")
                List<Query> queries,
        @Says("why there are none; empty where there are some") String note) {

    /** A query. */
    public record Query(
            @Says("as it was stored; null without a text, or withheld") @Nullable String text,
            @Says("beginning of the latest answer, as it was stored; null without a text, or withheld") @Nullable
                    String answer,
            @Says("how often it is among them") long times,
            @Says("lowest score that it got; null where the stream is no score") @Nullable Double score,
            @Says("when it was asked last") Instant at) {}
}
