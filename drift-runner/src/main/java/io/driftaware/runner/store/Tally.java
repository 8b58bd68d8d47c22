package io.driftaware.runner.store;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.Stratum;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The fresh rows that no decision has seen: what a sequential test is fed. Fresh are rows whose own time is at most a day
 * before the check. Immutable.
 *
 * @param flags by stream: refusals and toxicity over known flags, one vote a conversation
 * @param novelty by the id of a baseline: rows above its 95 % quantile of novelty, over the rows that were scored
 * @param feedback scores that were given for the first time
 * @param retrievals one vote a conversation
 */
public record Tally(
        Map<WatchedStream, Map<Stratum, Count>> flags,
        Map<Long, Map<Stratum, Count>> novelty,
        Scores feedback,
        Map<Stratum, RetrievalProfile> retrievals) {

    /** Nothing new. */
    public static final Tally NONE = new Tally(Map.of(), Map.of(), Scores.NONE, Map.of());

    /** Copies the maps. */
    public Tally {
        flags = Map.copyOf(flags);
        novelty = Map.copyOf(novelty);
        retrievals = Map.copyOf(retrievals);
    }

    /**
     * How often something happened.
     *
     * @param events rows in which it did
     * @param rows all rows
     */
    public record Count(long events, long rows) {
        /** Refuses more events than rows. */
        public Count {
            if (events < 0 || events > rows) {
                throw new IllegalArgumentException(events + " events among " + rows + " rows");
            }
        }

        Count plus(Count other) {
            return new Count(events + other.events, rows + other.rows);
        }
    }

    /** Scores from 0 to 1 by hundredths, and how many others there were. Immutable. */
    public static final class Scores {
        static final Scores NONE = new Scores(new long[FeedbackCounts.BINS], 0);

        private final long[] hundredths;
        private final long others;

        /** Copies the counts. */
        public Scores(long[] hundredths, long others) {
            if (hundredths.length != FeedbackCounts.BINS) {
                throw new IllegalArgumentException(hundredths.length + " counts are not " + FeedbackCounts.BINS);
            }
            this.hundredths = hundredths.clone();
            this.others = others;
        }

        /** How many scores were nearest to each hundredth, 0 to 100; a new array. */
        public long[] hundredths() {
            return hundredths.clone();
        }

        /** Scores below 0, above 1, or not a number: kept out of the tests. */
        public long others() {
            return others;
        }

        /** Scores from 0 to 1. */
        public long count() {
            return Arrays.stream(hundredths).sum();
        }

        Scores plus(Scores more) {
            long[] sum = hundredths.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += more.hundredths[i];
            }
            return new Scores(sum, others + more.others);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Scores that && others == that.others && Arrays.equals(hundredths, that.hundredths);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(hundredths) + Long.hashCode(others);
        }

        @Override
        public String toString() {
            return "Scores[" + count() + " from 0 to 1, " + others + " others]";
        }
    }

    /** Both together. */
    public Tally plus(Tally other) {
        Map<Stratum, RetrievalProfile> bothRetrievals = new EnumMap<>(Stratum.class);
        bothRetrievals.putAll(retrievals);
        other.retrievals.forEach((stratum, profile) -> bothRetrievals.merge(stratum, profile, RetrievalProfile::merge));
        return new Tally(
                sum(flags, other.flags), sum(novelty, other.novelty), feedback.plus(other.feedback), bothRetrievals);
    }

    /**
     * What belongs to one stream.
     *
     * @param baselines of the stream, whose counts of novelty are its own
     */
    public Tally of(WatchedStream stream, Set<Long> baselines) {
        return switch (stream.kind()) {
            case FLAG -> new Tally(only(flags, Set.of(stream)), Map.of(), Scores.NONE, Map.of());
            case EMBEDDINGS -> new Tally(Map.of(), only(novelty, baselines), Scores.NONE, Map.of());
            case FEEDBACK -> new Tally(Map.of(), Map.of(), feedback, Map.of());
            case RETRIEVAL -> new Tally(Map.of(), Map.of(), Scores.NONE, retrievals);
        };
    }

    /** The same without the flags, scores or retrievals of a stream; counts of novelty belong to a baseline, and are of no use after it. */
    Tally without(WatchedStream stream) {
        Map<WatchedStream, Map<Stratum, Count>> others = new HashMap<>(flags);
        others.remove(stream);
        return new Tally(
                others,
                novelty,
                stream.kind() == WatchedStream.Kind.FEEDBACK ? Scores.NONE : feedback,
                stream.kind() == WatchedStream.Kind.RETRIEVAL ? Map.of() : retrievals);
    }

    /** All strata of one count together. */
    public static Count total(Map<Stratum, Count> strata) {
        return strata.values().stream().reduce(new Count(0, 0), Count::plus);
    }

    private static <K> Map<K, Map<Stratum, Count>> only(Map<K, Map<Stratum, Count>> counts, Set<K> keys) {
        Map<K, Map<Stratum, Count>> kept = new HashMap<>(counts);
        kept.keySet().retainAll(keys);
        return kept;
    }

    private static <K> Map<K, Map<Stratum, Count>> sum(
            Map<K, Map<Stratum, Count>> one, Map<K, Map<Stratum, Count>> other) {
        Map<K, Map<Stratum, Count>> sum = new HashMap<>(one);
        other.forEach((key, strata) -> sum.merge(key, strata, Tally::sumOfStrata));
        return sum;
    }

    private static Map<Stratum, Count> sumOfStrata(Map<Stratum, Count> one, Map<Stratum, Count> other) {
        Map<Stratum, Count> sum = new EnumMap<>(Stratum.class);
        sum.putAll(one);
        other.forEach((stratum, count) -> sum.merge(stratum, count, Count::plus));
        return sum;
    }
}
