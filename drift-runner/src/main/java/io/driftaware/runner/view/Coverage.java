package io.driftaware.runner.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Queries that no document is near. */
public record Coverage(
        @Says("best score below which no document is near, 0 to 1; 0 where any hit will do") double edge,
        @Says("share of the recent queries without one; null where nothing was compared") @Nullable Double rate,
        @Says("share of the baseline's; null before there is one") @Nullable Double before,
        @Says(
                        "of the 200 latest among the latest 20,000 rows of the last seven days, the worst covered first; 20 at most")
                List<Query> queries,
        @Says("why there are none; empty where there are some") String note) {

    /** A query. */
    public record Query(
            @Says("as it was stored; null without a text, or withheld") @Nullable String text,
            @Says("how often it is among them") long times,
            @Says("best score that the retrieval found; null where it found nothing") @Nullable Double score,
            @Says("when it was asked last") Instant at) {}
}
