package io.driftaware.core.baseline;

import io.driftaware.core.sequential.WeekPart;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/**
 * Whether the rows of a baseline differ between working days and weekends, and what each part looks like. A season that is not
 * known is an alarm every weekend; parts that are kept apart without need cost power. So they are kept apart only where one of
 * four tests finds a difference, at {@value #LEVEL} together (Bonferroni): of the clusters and of the novelty (Pearson), of the
 * mean random features, and of the shares of topics as {@link GrowthScan} compares them. Clusters and topics are compared over
 * the rows of both halves: the fit knows no part of the week, so nothing in it favours one.
 */
final class WeeklySeason {

    /** As many as the smallest baseline holds out: with fewer, a window of 200 rows would see how they were drawn. */
    static final int LEAST_ROWS = EmbeddingBaseline.MIN_ROWS / 2;

    private static final int LEAST_WEEKDAYS = 5;
    private static final int LEAST_WEEKEND_DAYS = 2;
    private static final double LEVEL = 0.01;
    private static final int TESTS = 4;
    private static final double LEAST_EXPECTATION = 5;

    private final Reference reference;
    private final EmbeddingScorer scorer;
    private final BaselineSample sample;
    private final SplitMix64 random;

    WeeklySeason(Reference reference, EmbeddingScorer scorer, BaselineSample sample, SplitMix64 random) {
        this.reference = reference;
        this.scorer = scorer;
        this.sample = sample;
        this.random = random;
    }

    /**
     * The held-out rows by part of the week; empty where they are not to be kept apart.
     *
     * @param fitted rows of the fit half
     * @param fittedNeighbours the vectors of the sketch that are nearest to each of them
     * @param whole of all rows
     */
    Map<WeekPart, HeldOut> parts(
            int[] fitted, int[] fittedNeighbours, int[] heldOut, HeldOutScores scores, HeldOut whole) {
        WeekPart[] ofFitted = of(fitted);
        WeekPart[] ofHeldOut = of(heldOut);
        if (ofFitted == null || ofHeldOut == null || !enoughDays()) {
            return Map.of();
        }
        Part weekdays = part(WeekPart.WEEKDAY, ofFitted, fittedNeighbours, heldOut, ofHeldOut, scores);
        Part weekends = part(WeekPart.WEEKEND, ofFitted, fittedNeighbours, heldOut, ofHeldOut, scores);
        if (Math.min(weekdays.places.length, weekends.places.length) < LEAST_ROWS
                || !differ(weekdays, weekends, whole)) {
            return Map.of();
        }
        Map<WeekPart, HeldOut> parts = new EnumMap<>(WeekPart.class);
        parts.put(WeekPart.WEEKDAY, rows(weekdays, scores, whole.growth()));
        parts.put(WeekPart.WEEKEND, rows(weekends, scores, whole.growth()));
        return parts;
    }

    /**
     * Rows of a part of the week.
     *
     * @param places of the held-out ones among all that were held out
     * @param neighbours the vectors of the sketch that are nearest to each row, the fitted ones included
     * @param profile of the held-out ones
     */
    private record Part(int[] places, int[] neighbours, ScoredProfile profile) {}

    private Part part(
            WeekPart part,
            WeekPart[] ofFitted,
            int[] fittedNeighbours,
            int[] heldOut,
            WeekPart[] ofHeldOut,
            HeldOutScores scores) {
        int[] places = places(ofHeldOut, part);
        IntStream neighbours = IntStream.concat(
                neighbours(fittedNeighbours, places(ofFitted, part)), neighbours(scores.nearest(), places));
        return new Part(places, neighbours.toArray(), profile(heldOut, places));
    }

    private HeldOut rows(Part part, HeldOutScores scores, GrowthScan scan) {
        return new HeldOut(
                part.profile,
                FeatureTraces.of(features(scores.features(), part.places)),
                scan.of(reference, part.neighbours, random));
    }

    /** Null where the time of a row is not known. */
    private WeekPart @Nullable [] of(int[] rows) {
        WeekPart[] parts = new WeekPart[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Instant time = sample.time(rows[i]);
            if (time == null) {
                return null;
            }
            parts[i] = WeekPart.of(time, ZoneOffset.UTC);
        }
        return parts;
    }

    private boolean enoughDays() {
        Map<WeekPart, Set<LocalDate>> days = new EnumMap<>(WeekPart.class);
        for (int row = 0; row < sample.count(); row++) {
            Instant time = sample.time(row);
            if (time != null) {
                days.computeIfAbsent(WeekPart.of(time, ZoneOffset.UTC), part -> new HashSet<>())
                        .add(LocalDate.ofInstant(time, ZoneOffset.UTC));
            }
        }
        return days.getOrDefault(WeekPart.WEEKDAY, Set.of()).size() >= LEAST_WEEKDAYS
                && days.getOrDefault(WeekPart.WEEKEND, Set.of()).size() >= LEAST_WEEKEND_DAYS;
    }

    private boolean differ(Part one, Part other, HeldOut whole) {
        double level = LEVEL / TESTS;
        return pearson(clusters(one), clusters(other)) < level
                || pearson(one.profile.noveltyCounts(), other.profile.noveltyCounts()) < level
                || meanShift(one.profile, other.profile, whole.traces()) < level
                || whole.growth().pValueOfDifference(one.neighbours, other.neighbours, random) < level;
    }

    /** Whole rows, at their nearest vector alone: Pearson's test needs no correction then. */
    private long[] clusters(Part part) {
        long[] clusters = new long[reference.clusters()];
        for (int i = 0; i < part.neighbours.length; i += reference.neighbours()) {
            clusters[reference.clusterOfSketch(part.neighbours[i])]++;
        }
        return clusters;
    }

    /** As the mean embedding of a window is compared. */
    private static double meanShift(ScoredProfile one, ScoredProfile other, FeatureTraces traces) {
        double[] means = one.featureMeans();
        double[] others = other.featureMeans();
        double squared = 0;
        for (int i = 0; i < means.length; i++) {
            squared += (means[i] - others[i]) * (means[i] - others[i]);
        }
        double rows = (double) one.count() * other.count() / (one.count() + other.count());
        return traces.upper(squared / RandomFeatures.FREQUENCIES * rows);
    }

    /** Of two rows of counts; classes of few are one. */
    private static double pearson(long[] counts, long[] others) {
        double n = LongStream.of(counts).sum();
        double m = LongStream.of(others).sum();
        double statistic = 0;
        int cells = 0;
        double few = 0;
        double fewOthers = 0;
        for (int j = 0; j < counts.length; j++) {
            if (enough(counts[j], others[j], n, m)) {
                statistic += cell(counts[j], others[j], n, m);
                cells++;
            } else {
                few += counts[j];
                fewOthers += others[j];
            }
        }
        if (enough(few, fewOthers, n, m)) {
            statistic += cell(few, fewOthers, n, m);
            cells++;
        }
        return cells < 2 ? 1 : ChiSquaredDistribution.of(cells - 1.0).survivalProbability(statistic);
    }

    private static boolean enough(double one, double other, double n, double m) {
        return Math.min(n, m) * (one + other) / (n + m) >= LEAST_EXPECTATION;
    }

    private static double cell(double one, double other, double n, double m) {
        double expected = n * (one + other) / (n + m);
        double expectedOther = m * (one + other) / (n + m);
        return (one - expected) * (one - expected) / expected
                + (other - expectedOther) * (other - expectedOther) / expectedOther;
    }

    private ScoredProfile profile(int[] heldOut, int[] places) {
        ScoredRecorder recorder = scorer.recorder();
        int[] chosen = IntStream.of(places).map(place -> heldOut[place]).toArray();
        UnitVectors vectors = sample.vectors(chosen);
        for (int i = 0; i < chosen.length; i++) {
            recorder.addUnit(
                    vectors.components(),
                    i * vectors.dimension(),
                    sample.eventId(chosen[i]).getMostSignificantBits(),
                    sample.eventId(chosen[i]).getLeastSignificantBits(),
                    null);
        }
        return recorder.snapshot();
    }

    private IntStream neighbours(int[] ofRows, int[] places) {
        int each = reference.neighbours();
        return IntStream.of(places)
                .flatMap(place -> IntStream.range(place * each, (place + 1) * each))
                .map(i -> ofRows[i]);
    }

    private static DMatrixRMaj features(DMatrixRMaj all, int[] places) {
        DMatrixRMaj some = new DMatrixRMaj(places.length, all.numCols);
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(all.data, places[i] * all.numCols, some.data, i * all.numCols, all.numCols);
        }
        return some;
    }

    private static int[] places(WeekPart[] parts, WeekPart part) {
        return IntStream.range(0, parts.length).filter(i -> parts[i] == part).toArray();
    }
}
