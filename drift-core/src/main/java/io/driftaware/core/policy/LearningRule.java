package io.driftaware.core.policy;

import io.driftaware.core.baseline.EmbeddingBaseline;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;

/**
 * From which stretch of its traffic a stream learns its first baseline, and when. Rows that are recent are taken only where
 * there are no older ones, and then a week of them, or very many over a day: a baseline from one morning would call the
 * evening drift.
 *
 * @param minimum rows that a baseline needs
 * @param plenty rows from which on a day will do
 */
public record LearningRule(long minimum, long plenty) {

    /** 1,000 rows of a week, or 5,000 over a day. */
    public static final LearningRule ROWS = new LearningRule(EmbeddingBaseline.MIN_ROWS, 5_000);

    /** Ratings are rarer than rows: 200 of a week, or 1,000 over a day. */
    public static final LearningRule SCORES = new LearningRule(200, 1_000);

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration DAY = Duration.ofDays(1);

    /** Refuses numbers that are out of order. */
    public LearningRule {
        if (minimum < 1 || plenty < minimum) {
            throw new IllegalArgumentException("minimum " + minimum + " and plenty " + plenty + " are out of order");
        }
    }

    /** What can be learned now. */
    public sealed interface Lesson {

        /**
         * Enough rows.
         *
         * @param from start of the first bucket
         * @param to end of the last one, but no later than now
         * @param rows in between
         */
        record Ready(Instant from, Instant to, long rows) implements Lesson {}

        /**
         * Not enough yet.
         *
         * @param rows that there are
         * @param needed rows that a baseline needs at least
         * @param reason in words
         */
        record Learning(long rows, long needed, String reason) implements Lesson {}
    }

    /**
     * Looks for the rows: those of the baseline window if they suffice, else all before the recent window, else all.
     *
     * @param buckets rows by the start of their bucket, none empty
     * @param bucket length of a bucket
     * @param now end of the recent window
     * @param recent length of the recent window
     * @param baselineFrom how long before {@code now} the baseline window begins
     * @param baselineTo how long before {@code now} it ends
     */
    public Lesson lesson(
            NavigableMap<Instant, Long> buckets,
            Duration bucket,
            Instant now,
            Duration recent,
            Duration baselineFrom,
            Duration baselineTo) {
        NavigableMap<Instant, Long> usual = buckets.subMap(now.minus(baselineFrom), true, now.minus(baselineTo), false);
        if (rows(usual) >= minimum) {
            return ready(usual, bucket, now);
        }
        NavigableMap<Instant, Long> older = buckets.headMap(now.minus(recent), false);
        if (rows(older) >= minimum) {
            return ready(older, bucket, now);
        }
        long rows = rows(buckets);
        if (rows < minimum) {
            return new Lesson.Learning(rows, minimum, rows + " of " + minimum + " rows collected");
        }
        Duration span = Duration.between(buckets.firstKey(), buckets.lastKey().plus(bucket));
        if (span.compareTo(WEEK) >= 0 || (rows >= plenty && span.compareTo(DAY) >= 0)) {
            return ready(buckets, bucket, now);
        }
        return new Lesson.Learning(
                rows,
                minimum,
                rows + " rows collected over " + span.toHours() + " hours; a baseline needs a week, or " + plenty
                        + " rows over a day");
    }

    private static Lesson ready(NavigableMap<Instant, Long> buckets, Duration bucket, Instant now) {
        Instant end = buckets.lastKey().plus(bucket);
        return new Lesson.Ready(buckets.firstKey(), end.isAfter(now) ? now : end, rows(buckets));
    }

    private static long rows(NavigableMap<Instant, Long> buckets) {
        return buckets.values().stream().mapToLong(Long::longValue).sum();
    }
}
