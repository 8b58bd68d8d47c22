package io.driftaware.runner;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.sequential.BatchCorrelation;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateWatch.Counts;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.core.sequential.Stratum;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** Makes baselines of rates and scores out of the profiles of their buckets. */
final class BaselineFit {
    private BaselineFit() {}

    /**
     * The usual rate of a flag, by parts of the week.
     *
     * @param buckets known and flagged rows by the start of their bucket; at least one known flag
     */
    static RateBaseline rate(Map<Instant, FlagCounts> buckets, ZoneId zone) {
        Map<Stratum, Counts> counts = new EnumMap<>(Stratum.class);
        Map<Stratum, BatchCorrelation> correlations = new EnumMap<>(Stratum.class);
        buckets.forEach((start, flags) -> {
            if (flags.known() > 0) {
                Stratum stratum = Stratum.of(start, zone);
                counts.merge(
                        stratum,
                        new Counts(flags.flagged(), flags.known()),
                        (one, other) -> new Counts(one.events() + other.events(), one.rows() + other.rows()));
                correlations
                        .computeIfAbsent(stratum, part -> new BatchCorrelation())
                        .add(flags.flagged(), flags.known());
            }
        });
        double weighted = 0;
        double rows = 0;
        for (Map.Entry<Stratum, Counts> part : counts.entrySet()) {
            BatchCorrelation own = correlations.getOrDefault(part.getKey(), new BatchCorrelation());
            weighted += part.getValue().rows() * own.estimate();
            rows += part.getValue().rows();
        }
        return new RateBaseline(counts, rows > 0 ? weighted / rows : 0);
    }

    /** The usual score, of the scores from 0 to 1, by hundredths; at least two. */
    static ScoreBaseline score(Collection<FeedbackCounts> buckets) {
        long[] hundredths = hundredths(buckets);
        double count = 0;
        double sum = 0;
        for (int i = 0; i < hundredths.length; i++) {
            count += hundredths[i];
            sum += hundredths[i] * (i / 100.0);
        }
        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < hundredths.length; i++) {
            squares += hundredths[i] * (i / 100.0 - mean) * (i / 100.0 - mean);
        }
        return new ScoreBaseline((long) count, mean, squares / (count - 1));
    }

    private static long[] hundredths(Collection<FeedbackCounts> buckets) {
        long[] sum = new long[FeedbackCounts.BINS];
        for (FeedbackCounts bucket : buckets) {
            long[] own = bucket.histogram();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += own[i];
            }
        }
        return sum;
    }
}
