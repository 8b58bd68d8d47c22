package io.driftaware.core.detect;

import io.driftaware.core.profile.FlagCounts;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Whether the rate of a window is above a limit: the exact one-sided binomial test in its mid-p form. Rows of one bucket of
 * time are alike, so the window counts as fewer rows than it has, by the design effect that its buckets show (Cochran,
 * "Sampling techniques", 3rd edition, 1977, section 9A).
 */
public final class RateTest {

    private RateTest() {}

    /**
     * The p-value of "the rate is at most the limit".
     *
     * @param buckets counts of each bucket; unknown flags do not count
     * @param limit 0 to 1
     * @return 0.5 where no flag is known
     */
    public static double above(List<FlagCounts> buckets, double limit) {
        Threshold.of(limit, 0, 1);
        long known = 0;
        long flagged = 0;
        for (FlagCounts bucket : buckets) {
            known += bucket.known();
            flagged += bucket.flagged();
        }
        if (known == 0) {
            return 0.5;
        }
        double designEffect = designEffect(buckets, known, flagged);
        int rows = (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.round(known / designEffect)));
        int events = (int) Math.round((double) flagged / known * rows);
        BinomialDistribution atLimit = BinomialDistribution.of(rows, limit);
        return Math.min(1, atLimit.survivalProbability(events) + atLimit.probability(events) / 2);
    }

    private static double designEffect(List<FlagCounts> buckets, long known, long flagged) {
        double rate = (double) flagged / known;
        double squares = 0;
        int units = 0;
        for (FlagCounts bucket : buckets) {
            if (bucket.known() > 0) {
                double deviation = bucket.flagged() - rate * bucket.known();
                squares += deviation * deviation;
                units++;
            }
        }
        double independent = known * rate * (1 - rate);
        return units < 2 || independent <= 0 ? 1 : Math.max(1, squares * units / (units - 1.0) / independent);
    }
}
