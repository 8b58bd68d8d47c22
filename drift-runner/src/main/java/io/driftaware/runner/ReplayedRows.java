package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.runner.store.Bucket;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.ReplayTables.Fed;
import io.driftaware.runner.store.Tally;
import io.driftaware.runner.store.Tally.Count;
import io.driftaware.runner.store.WatchedStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows that each check of the past was fed: as the monitor noted them with its evidence, and, before it watched a
 * stream, as the profiles have them by the time of the rows. Profiles do not tell which rows were of one conversation.
 */
final class ReplayedRows {
    private final NavigableMap<Instant, InteractionProfile> interactions;
    private final NavigableMap<Instant, RetrievalProfile> retrievals;
    private final Map<Long, NavigableMap<Instant, Count>> novelty = new HashMap<>();
    private final Map<String, NavigableMap<Instant, JsonNode>> noted = new HashMap<>();
    private final NavigableSet<Instant> checks = new TreeSet<>();

    /**
     * Of a stretch of time.
     *
     * @param interactions by quarters of an hour
     * @param retrievals by quarters of an hour
     * @param fed what the monitor noted
     */
    ReplayedRows(
            NavigableMap<Instant, InteractionProfile> interactions,
            NavigableMap<Instant, RetrievalProfile> retrievals,
            List<Fed> fed) {
        this.interactions = interactions;
        this.retrievals = retrievals;
        fed.forEach(this::note);
    }

    /** Adds the buckets that were scored against a baseline: how many rows of each were novel. */
    void novelty(long baseline, NavigableMap<Instant, Count> buckets) {
        novelty.put(baseline, buckets);
    }

    /** When the monitor checked. */
    NavigableSet<Instant> checks() {
        return checks;
    }

    /** A sequence that began anew is noted a microsecond after the step before: no rows, and no check. */
    private void note(Fed step) {
        if (step.deltas().equals("{}")) {
            return;
        }
        checks.add(step.checkedAt());
        if (!step.hypothesis().equals(Hypothesis.WINDOW.label())) {
            try {
                noted.computeIfAbsent(
                                key(step.stream(), step.hypothesis(), step.baselineId()), absent -> new TreeMap<>())
                        .put(step.checkedAt(), JsonNode.of(step.deltas()));
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the evidence of " + step.stream().label() + " at " + step.checkedAt() + " is no JSON", e);
            }
        }
    }

    private static String key(WatchedStream stream, String hypothesis, @Nullable Long baseline) {
        return stream.kind() == WatchedStream.Kind.EMBEDDINGS
                ? String.valueOf(baseline)
                : stream.label() + ' ' + hypothesis;
    }

    /** What a check is fed. */
    Tally between(Instant before, Instant check) {
        Map<WatchedStream, Map<Stratum, Count>> flags = new EnumMap<>(WatchedStream.class);
        for (WatchedStream stream : List.of(WatchedStream.REFUSALS, WatchedStream.TOXICITY)) {
            NavigableMap<Instant, JsonNode> steps = noted.get(key(stream, Hypothesis.LIMIT.label(), null));
            flags.put(
                    stream,
                    steps != null && isNoted(steps, check)
                            ? counts(steps, before, check)
                            : flagsOfProfiles(stream, before, check));
        }
        Map<Long, Map<Stratum, Count>> novel = new HashMap<>();
        novelty.forEach((baseline, buckets) -> {
            NavigableMap<Instant, JsonNode> steps = noted.get(String.valueOf(baseline));
            novel.put(
                    baseline,
                    steps != null && isNoted(steps, check)
                            ? counts(steps, before, check)
                            : countsOfProfiles(inside(buckets, before, check)));
        });
        Map<Stratum, RetrievalProfile> looked = new EnumMap<>(Stratum.class);
        inside(retrievals, before, check)
                .forEach((start, profile) -> looked.merge(stratum(start), profile, RetrievalProfile::merge));
        return new Tally(flags, novel, scores(before, check), looked);
    }

    private static boolean isNoted(NavigableMap<Instant, JsonNode> steps, Instant check) {
        return !steps.firstKey().isAfter(check);
    }

    private static <T> NavigableMap<Instant, T> inside(
            NavigableMap<Instant, T> buckets, Instant before, Instant check) {
        return buckets.subMap(Bucket.roundUp(before), true, Bucket.roundUp(check), false);
    }

    private Map<Stratum, Count> flagsOfProfiles(WatchedStream stream, Instant before, Instant check) {
        NavigableMap<Instant, Count> counts = new TreeMap<>();
        inside(interactions, before, check).forEach((start, profile) -> {
            FlagCounts flags = stream == WatchedStream.REFUSALS ? profile.refusals() : profile.toxicity();
            if (flags.known() > 0) {
                counts.put(start, new Count(flags.flagged(), flags.known()));
            }
        });
        return countsOfProfiles(counts);
    }

    private static Map<Stratum, Count> countsOfProfiles(NavigableMap<Instant, Count> buckets) {
        Map<Stratum, Count> counts = new EnumMap<>(Stratum.class);
        buckets.forEach((start, count) -> counts.merge(stratum(start), count, ReplayedRows::sum));
        return counts;
    }

    private static Map<Stratum, Count> counts(NavigableMap<Instant, JsonNode> steps, Instant before, Instant check) {
        Map<Stratum, Count> counts = new EnumMap<>(Stratum.class);
        for (JsonNode step : steps.subMap(before, false, check, true).values()) {
            if (step.get("counts") != null) {
                step.node("counts").fields().forEach((stratum, pair) -> {
                    List<?> numbers = (List<?>) Objects.requireNonNull(pair);
                    counts.merge(
                            Stratum.valueOf(stratum.toUpperCase(Locale.ROOT)),
                            new Count(whole(numbers.get(0)), whole(numbers.get(1))),
                            ReplayedRows::sum);
                });
            }
        }
        return counts;
    }

    private Tally.Scores scores(Instant before, Instant check) {
        long[] hundredths = new long[FeedbackCounts.BINS];
        NavigableMap<Instant, JsonNode> steps =
                noted.get(key(WatchedStream.FEEDBACK, Hypothesis.BASELINE.label(), null));
        if (steps != null && isNoted(steps, check)) {
            for (JsonNode step : steps.subMap(before, false, check, true).values()) {
                if (step.get("scores") != null) {
                    step.node("scores")
                            .fields()
                            .forEach((score, times) ->
                                    hundredths[
                                            new BigDecimal(score)
                                                    .movePointRight(2)
                                                    .intValueExact()] += whole(times));
                }
            }
        } else {
            inside(interactions, before, check).values().forEach(profile -> {
                long[] bucket = profile.feedback().histogram();
                for (int i = 0; i < hundredths.length; i++) {
                    hundredths[i] += bucket[i];
                }
            });
        }
        return new Tally.Scores(hundredths, 0);
    }

    private static long whole(@Nullable Object number) {
        return ((BigDecimal) Objects.requireNonNull(number)).longValueExact();
    }

    private static Count sum(Count one, Count other) {
        return new Count(one.events() + other.events(), one.rows() + other.rows());
    }

    private static Stratum stratum(Instant bucket) {
        return Stratum.of(bucket, ZoneOffset.UTC);
    }

    /** How many rows of each scored bucket are novel. */
    static NavigableMap<Instant, Count> novelRows(Map<Instant, ScoredProfile> buckets, EmbeddingBaseline baseline) {
        NavigableMap<Instant, Count> counts = new TreeMap<>();
        buckets.forEach(
                (start, bucket) -> counts.put(start, new Count(bucket.above(baseline.novelEdge()), bucket.count())));
        return counts;
    }
}
