package io.driftaware.core.sequential;

import io.driftaware.core.sequential.RateWatch.Counts;
import java.util.Map;

/** Counts of a check that lies in one stratum. */
final class Checks {
    private Checks() {}

    static Map<Stratum, Counts> of(long events, long rows) {
        return Map.of(Stratum.WEEKDAY_MORNING, new Counts(events, rows));
    }
}
