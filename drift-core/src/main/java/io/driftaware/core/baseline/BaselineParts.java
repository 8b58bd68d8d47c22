package io.driftaware.core.baseline;

import io.driftaware.core.sequential.WeekPart;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What a baseline consists of. The arrays are its own.
 *
 * @param fittedRows rows of the fit half
 * @param sketchIds event ids of the vectors of the sketch
 * @param fittedCounts rows of the fit half by vector of the sketch, each at its nearest ones
 * @param whole the held-out rows
 * @param season the held-out rows by part of the week; empty where the parts are not kept apart
 * @param heldOutVotes those of the held-out rows that voted, see {@link BaselineSample}
 */
record BaselineParts(
        int fittedRows,
        Reference reference,
        NoveltyScale scale,
        UUID[] sketchIds,
        long[] fittedCounts,
        VoteCounts heldOutVotes,
        HeldOut whole,
        Map<WeekPart, HeldOut> season) {

    BaselineParts {
        season = Map.copyOf(season);
    }

    ScoredProfile heldOut() {
        return whole.profile();
    }

    /** Splits a sample, and fits on one half. */
    static BaselineParts split(BaselineSample sample, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        int[] order = sample.shuffled(random);
        int middle = sample.split(order);
        int[] fitted = IntStream.of(order).limit(middle).toArray();
        int[] heldOut = IntStream.of(order).skip(middle).toArray();
        UnitVectors rows = sample.vectors(fitted);
        Reference reference = Reference.fit(rows, random);
        return of(sample, fitted, reference, reference.neighboursOf(rows), sample, heldOut, random);
    }

    /** Fits on one sample, and holds out another. */
    static BaselineParts ofTwo(BaselineSample fitted, BaselineSample heldOut, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        int[] order = fitted.shuffled(random);
        Reference reference = Reference.fit(fitted.vectors(order), random);
        int[] none = {};
        return of(fitted, order, reference, none, heldOut, heldOut.shuffled(random), random);
    }

    private static BaselineParts of(
            BaselineSample fitted,
            int[] fittedRows,
            Reference reference,
            int[] fittedNeighbours,
            BaselineSample heldOut,
            int[] heldOutRows,
            SplitMix64 random) {
        UUID[] sketchIds = IntStream.range(0, reference.sketchSize())
                .mapToObj(i -> fitted.eventId(fittedRows[i]))
                .toArray(UUID[]::new);
        UnitVectors rows = heldOut.vectors(heldOutRows);
        HeldOutScores scores = HeldOutScores.of(rows, reference);
        NoveltyScale scale = NoveltyScale.of(scores.novelty());
        EmbeddingScorer scorer = new EmbeddingScorer(reference.fingerprint(scale), reference, scale);
        ScoredRecorder recorder = scorer.recorder();
        for (int i = 0; i < heldOutRows.length; i++) {
            UUID id = heldOut.eventId(heldOutRows[i]);
            recorder.addUnit(
                    rows.components(),
                    i * rows.dimension(),
                    id.getMostSignificantBits(),
                    id.getLeastSignificantBits(),
                    heldOut.vote(heldOutRows[i]));
        }
        HeldOut whole = new HeldOut(
                recorder.snapshot(),
                FeatureTraces.of(scores.features()),
                GrowthScan.fit(
                        reference,
                        IntStream.concat(Arrays.stream(fittedNeighbours), Arrays.stream(scores.nearest()))
                                .toArray(),
                        random));
        VoteCounts votes = scorer.votesSoFar();
        WeeklySeason season = new WeeklySeason(reference, scorer, heldOut, random);
        return new BaselineParts(
                fittedRows.length,
                reference,
                scale,
                sketchIds,
                counts(fittedNeighbours, reference.sketchSize()),
                votes,
                whole,
                fitted == heldOut ? season.parts(fittedRows, fittedNeighbours, heldOutRows, scores, whole) : Map.of());
    }

    private static long[] counts(int[] vectors, int sketchSize) {
        long[] counts = new long[sketchSize];
        for (int vector : vectors) {
            counts[vector]++;
        }
        return counts;
    }
}
