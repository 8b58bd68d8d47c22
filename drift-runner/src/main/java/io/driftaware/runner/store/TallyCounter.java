package io.driftaware.runner.store;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.runner.store.Tally.Count;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the fresh rows of one pass. What is not fresh is left out. */
final class TallyCounter {
    private static final Duration FRESH = Duration.ofHours(24);

    private final long freshFrom;
    private final ZoneId zone;
    private final Map<WatchedStream, Map<Stratum, Count>> flags = new EnumMap<>(WatchedStream.class);
    private final Map<Long, Map<Stratum, Count>> novelty = new HashMap<>();
    private final Map<Stratum, RetrievalRecorder> retrievals = new EnumMap<>(Stratum.class);
    private final long[] scores = new long[FeedbackCounts.BINS];
    private long others;

    /**
     * For a check.
     *
     * @param now of the check, on the grid of buckets: so a bucket is fresh or not as a whole
     * @param zone whose working days and hours part the rows
     */
    TallyCounter(Instant now, ZoneId zone) {
        this.freshFrom = now.minus(FRESH).getEpochSecond();
        this.zone = zone;
    }

    /** For rows of the past: none of them is fresh. */
    static TallyCounter ofThePast() {
        return new TallyCounter(Instant.MAX, ZoneOffset.UTC);
    }

    boolean isFresh(long bucket) {
        return bucket >= freshFrom;
    }

    void flag(WatchedStream stream, long bucket, boolean flagged) {
        add(flags, stream, bucket, new Count(flagged ? 1 : 0, 1));
    }

    void novelty(long baseline, long bucket, long novel, long rows) {
        if (rows > 0) {
            add(novelty, baseline, bucket, new Count(novel, rows));
        }
    }

    void score(long bucket, double score, long times) {
        if (!isFresh(bucket)) {
            return;
        }
        if (score >= 0 && score <= 1) {
            scores[(int) Math.rint(score * (scores.length - 1))] += times;
        } else {
            others += times;
        }
    }

    void retrieval(long bucket, @Nullable Double topScore, @Nullable Long hits) {
        if (isFresh(bucket)) {
            retrievals
                    .computeIfAbsent(stratum(bucket), absent -> new RetrievalRecorder())
                    .add(topScore, hits);
        }
    }

    Tally tally() {
        Map<Stratum, RetrievalProfile> profiles = new EnumMap<>(Stratum.class);
        retrievals.forEach((stratum, recorder) -> profiles.put(stratum, recorder.snapshot()));
        return new Tally(flags, novelty, new Tally.Scores(scores, others), profiles);
    }

    private Stratum stratum(long bucket) {
        return Stratum.of(Instant.ofEpochSecond(bucket), zone);
    }

    private <K> void add(Map<K, Map<Stratum, Count>> counts, K key, long bucket, Count count) {
        if (isFresh(bucket)) {
            counts.computeIfAbsent(key, absent -> new EnumMap<>(Stratum.class))
                    .merge(stratum(bucket), count, Count::plus);
        }
    }
}
