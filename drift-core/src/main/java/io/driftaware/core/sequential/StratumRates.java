package io.driftaware.core.sequential;

import java.util.EnumMap;
import java.util.Map;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The usual rate in each {@link Stratum}, as limits for {@link RateRise}, by {@link BaselineBounds#rateAtMost}.
 *
 * <p>Where the strata of a baseline do not differ (Pearson's chi-squared test at .1), all share the bound of the whole, which
 * is the tightest. Where they do, each has the bound of its own counts and of as many rows of the whole as make up
 * {@value #SHRINK_TO} together: a stratum of few rows is taken to be like the whole.
 */
public final class StratumRates {
    /** Rows from which on a stratum stands for itself. */
    static final long SHRINK_TO = 500;

    private static final double DIFFERENT = 0.1;

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
     * @param counts with at least one row
     * @param designEffect how many correlated rows are worth one, at least 1
     * @param risk that any of the limits is below the true rate, above 0 and below 1
     */
    static StratumRates estimated(StratumCounts counts, double designEffect, double risk) {
        return differ(counts, designEffect)
                ? each(counts, designEffect, risk / Stratum.values().length)
                : constant(limit(counts.events() / designEffect, counts.rows() / designEffect, risk));
    }

    private static StratumRates each(StratumCounts counts, double designEffect, double risk) {
        Map<Stratum, RateRise> rates = new EnumMap<>(Stratum.class);
        double worth = counts.rows() / designEffect;
        double rate = (double) counts.events() / counts.rows();
        for (Stratum stratum : Stratum.values()) {
            double own = counts.rows(stratum) / designEffect;
            double borrowed = Math.min(worth, Math.max(0, SHRINK_TO - own));
            double events = counts.events(stratum) / designEffect + rate * borrowed;
            rates.put(stratum, RateRise.above(limit(events, own + borrowed, risk)));
        }
        return new StratumRates(rates);
    }

    private static double limit(double events, double rows, double risk) {
        return Math.min(BaselineBounds.rateAtMost(events, rows, risk), Math.nextDown(1.0));
    }

    /** Strata in which less than one event is expected say nothing. */
    private static boolean differ(StratumCounts counts, double designEffect) {
        double rate = (double) counts.events() / counts.rows();
        double statistic = 0;
        int seen = 0;
        for (Stratum stratum : Stratum.values()) {
            double expected = counts.rows(stratum) * rate / designEffect;
            if (expected >= 1 && rate < 1) {
                double difference = counts.events(stratum) / designEffect - expected;
                statistic += difference * difference / (expected * (1 - rate));
                seen++;
            }
        }
        return seen >= 2 && ChiSquaredDistribution.of(seen - 1.0).survivalProbability(statistic) < DIFFERENT;
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
