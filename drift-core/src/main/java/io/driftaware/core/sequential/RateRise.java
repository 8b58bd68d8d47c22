package io.driftaware.core.sequential;

import java.util.OptionalDouble;

/**
 * E-values against "each event has probability at most p0", for counts of events such as refusals: the likelihood ratios
 * of five higher rates q, E = (q/p0)^x ((1-q)/(1-p0))^(n-x), with q = p0 times 1.25, 1.5, 2, 3 and 5. Where that would come
 * near 1, 1 - q is (1 - p0) over the same factor, so that q stays a rate. Under p0 and every lower rate E[E] is at most 1.
 */
public final class RateRise {
    private static final double[] FACTORS = {1.25, 1.5, 2, 3, 5};

    /** How many alternatives there are. */
    public static final int ALTERNATIVES = FACTORS.length;

    private final double limit;
    private final double[] perEvent = new double[ALTERNATIVES];
    private final double[] perOther = new double[ALTERNATIVES];

    private RateRise(double limit) {
        this.limit = limit;
        for (int j = 0; j < ALTERNATIVES; j++) {
            double rate = Math.min(limit * FACTORS[j], 1 - (1 - limit) / FACTORS[j]);
            perEvent[j] = StrictMath.log(rate / limit);
            perOther[j] = StrictMath.log1p(-rate) - StrictMath.log1p(-limit);
        }
    }

    /**
     * Against rates up to a limit.
     *
     * @param limit p0, above 0 and below 1
     */
    public static RateRise above(double limit) {
        if (!(limit > 0 && limit < 1)) {
            throw new IllegalArgumentException("limit = " + limit + " is not above 0 and below 1");
        }
        return new RateRise(limit);
    }

    /** p0. */
    public double limit() {
        return limit;
    }

    /**
     * Natural logarithms of the five E of a batch.
     *
     * @param events x, 0 to {@code trials}
     * @param trials n, at least 0; of 0 every E is 1
     */
    public double[] logE(long events, long trials) {
        if (events < 0 || events > trials) {
            throw new IllegalArgumentException(events + " events in " + trials + " trials");
        }
        double[] logs = new double[ALTERNATIVES];
        for (int j = 0; j < ALTERNATIVES; j++) {
            logs[j] = events * perEvent[j] + (trials - events) * perOther[j];
        }
        return logs;
    }

    /**
     * The smallest rate that so many rows can be expected to raise an alarm for by themselves: n (r ln(q/p0) + (1 - r)
     * ln((1-q)/(1-p0))) is to reach ln A + ln 5 for one of the five q, r being the rate. Smaller changes need more rows.
     *
     * @param rows n, at least 0; correlated ones over their design effect
     * @param logAlarm ln A, see {@link AlarmBudget}
     * @return r, above p0 and at most 1; empty where no rate suffices
     */
    public OptionalDouble detectableRate(double rows, double logAlarm) {
        double needed = (logAlarm + StrictMath.log(ALTERNATIVES)) / rows;
        double least = Double.POSITIVE_INFINITY;
        for (int j = 0; j < ALTERNATIVES; j++) {
            least = Math.min(least, (needed - perOther[j]) / (perEvent[j] - perOther[j]));
        }
        return least <= 1 ? OptionalDouble.of(least) : OptionalDouble.empty();
    }
}
