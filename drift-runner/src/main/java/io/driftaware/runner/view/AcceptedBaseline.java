package io.driftaware.runner.view;

import io.driftaware.runner.Acceptance;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.Episode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What came of accepting a baseline. */
public record AcceptedBaseline(
        @Says(
                        value = "of the request",
                        oneOf = {"done"})
                String state,
        @Says("its number") long id,
        @Says("that it belongs to") String stream,
        @Says("time of its first row") Instant from,
        @Says("time of its last row") Instant to,
        @Says("that it was made from") long rows,
        @Says("whether it was in use before, so that nothing was changed") boolean already,
        @Says("number of the one that it took the place of; null if there was none") @Nullable Long retired,
        @Says("number of the episode that was closed; null if there was none") @Nullable Long closed) {

    /** What the operator is told. */
    public static AcceptedBaseline of(Acceptance acceptance) {
        Baseline baseline = acceptance.baseline();
        Baseline retired = acceptance.retired();
        Episode ended = acceptance.ended();
        return new AcceptedBaseline(
                "done",
                baseline.id(),
                baseline.stream().label(),
                baseline.rowsFrom(),
                baseline.rowsTo(),
                baseline.rows(),
                acceptance.already(),
                retired == null ? null : retired.id(),
                ended == null ? null : ended.id());
    }

    /** It takes longer than a request should. */
    public record Working(
            @Says(
                            value = "of the request: ask again, the same is not done twice",
                            oneOf = {"working"})
                    String state) {
        /** The one there is. */
        public static final Working NOW = new Working("working");
    }
}
