package io.driftaware.core.sequential;

import java.util.EnumMap;
import java.util.Map;

/**
 * The usual rate in each {@link Stratum}, as limits for {@link RateRise}. Each is the bound of
 * {@link BaselineBounds#rateAtMost} over the stratum's own counts and as many rows of the whole as make up
 * {@value #SHRINK_TO} together: a stratum of few rows is taken to be like the whole.
 */
public final class StratumRates {
    /** Rows from which on a stratum stands for itself. */
    static final long SHRINK_TO = 500;

    private final Map<Stratum, RateRise> rates;

    private StratumRates(Map<Stratum, RateRise> rates) {
        this.rates = rates;
    }

    /** The same limit always, such as one that is configured. */
    public static StratumRates constant(double limit) {
        RateRise rise = RateRise.above(limit);
        Map<Stratum, RateRise> rates = new EnumMap<>(Stratum.class);
        for (Stratum stratum : Stratum.values()) {
            rates.put(stratum, rise);
        }
        return new StratumRates(rates);
    }

    /**
     * Limits from a baseline.
     *
     * @param events per stratum; absent means 0
     * @param trials per stratum; at least one in all
     * @param risk that any of the limits is below the true rate, above 0 and below 1
     */
    public static StratumRates estimated(Map<Stratum, Long> events, Map<Stratum, Long> trials, double risk) {
        long allEvents = 0;
        long allTrials = 0;
        for (Stratum stratum : Stratum.values()) {
            allEvents += events.getOrDefault(stratum, 0L);
            allTrials += trials.getOrDefault(stratum, 0L);
        }
        if (allTrials < 1) {
            throw new IllegalArgumentException("a baseline without a single row");
        }
        double part = risk / Stratum.values().length;
        Map<Stratum, RateRise> rates = new EnumMap<>(Stratum.class);
        for (Stratum stratum : Stratum.values()) {
            long own = trials.getOrDefault(stratum, 0L);
            long borrowed = Math.min(allTrials, Math.max(0, SHRINK_TO - own));
            long borrowedEvents = (long) Math.ceil((double) allEvents * borrowed / allTrials);
            double bound =
                    BaselineBounds.rateAtMost(events.getOrDefault(stratum, 0L) + borrowedEvents, own + borrowed, part);
            rates.put(stratum, RateRise.above(Math.min(bound, Math.nextDown(1.0))));
        }
        return new StratumRates(rates);
    }

    /** The e-values of a stratum. */
    public RateRise of(Stratum stratum) {
        RateRise rise = rates.get(stratum);
        if (rise == null) {
            throw new IllegalStateException("no rate for " + stratum);
        }
        return rise;
    }
}
