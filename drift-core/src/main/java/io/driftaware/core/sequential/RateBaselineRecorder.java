package io.driftaware.core.sequential;

import java.util.EnumMap;
import java.util.Map;

/**
 * Collects a {@link RateBaseline} from batches of rows that came together, such as those of a quarter of an hour. The
 * correlation is taken within strata: a season is none. Mutable, for one thread.
 */
public final class RateBaselineRecorder {
    private final Map<Stratum, BatchCorrelation> correlations = new EnumMap<>(Stratum.class);
    private StratumCounts counts = StratumCounts.none();

    /**
     * Adds a batch; one without rows says nothing.
     *
     * @throws IllegalArgumentException unless {@code 0 <= events <= rows}
     */
    public void add(Stratum stratum, long events, long rows) {
        counts = counts.plus(stratum, events, rows);
        correlations.computeIfAbsent(stratum, s -> new BatchCorrelation()).add(events, rows);
    }

    /** Rows so far. */
    public long rows() {
        return counts.rows();
    }

    /**
     * The baseline of what has been added so far.
     *
     * @throws IllegalArgumentException if that is no row
     */
    public RateBaseline snapshot() {
        return new RateBaseline(
                counts,
                BatchCorrelation.within(correlations.values()),
                BatchCorrelation.usualBatch(correlations.values()));
    }
}
