package io.driftaware.benchmarks.acceptance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The queries of one data set, divided at random for one trial: those that a baseline is fitted on, the rest of the same
 * kind, and strange ones.
 */
record Split(LabelledQueries queries, int[] baseline, int[] rest, int[] strange) {

    private static final int BASELINE_ROWS = 5_000;
    private static final int LEAST_ROWS = 1_000;
    private static final int HELD_OUT_PART = 6;

    /** Every topic is known; what is out of scope is strange. */
    static Split allKnown(LabelledQueries queries, int baselineRows, RandomGenerator random) {
        int[] known = LabelledQueries.shuffled(queries.inScope(), random);
        int[] strange = LabelledQueries.shuffled(queries.outOfScope(), random);
        return of(queries, known, baselineRows, strange);
    }

    /** A sixth of the topics, drawn anew for each trial, is strange. */
    static Split holdingTopicsOut(LabelledQueries queries, int baselineRows, RandomGenerator random) {
        List<String> topics = new ArrayList<>(queries.topics());
        int[] order = LabelledQueries.shuffled(IntStream.range(0, topics.size()).toArray(), random);
        Set<String> held = Set.copyOf(Arrays.stream(order)
                .limit(Math.max(1, topics.size() / HELD_OUT_PART))
                .mapToObj(topics::get)
                .toList());
        int[] known = LabelledQueries.shuffled(
                queries.rows(label -> topics.contains(label) && !held.contains(label)), random);
        return of(queries, known, baselineRows, LabelledQueries.shuffled(queries.rows(held::contains), random));
    }

    private static Split of(LabelledQueries queries, int[] known, int baselineRows, int[] strange) {
        return new Split(
                queries,
                Arrays.copyOf(known, baselineRows),
                Arrays.copyOfRange(known, baselineRows, known.length),
                strange);
    }

    /** 5,000, or half of what a smaller data set knows; 0 where that is too little for a baseline. */
    static int usualBaseline(LabelledQueries queries) {
        int rows = Math.min(BASELINE_ROWS, queries.inScope().length * 5 / 12);
        return rows < LEAST_ROWS || queries.topics().size() < HELD_OUT_PART ? 0 : rows;
    }

    /** How many rows of a window of n are strange at a share. */
    static int strangeOf(double share, int n) {
        return (int) Math.round(share * n);
    }

    /** As many rows as a baseline holds out. */
    int[] halfOfBaseline() {
        return Arrays.copyOf(baseline, baseline.length / 2);
    }

    /** Every row that is not strange. */
    int[] known() {
        return concat(baseline, rest);
    }

    boolean has(double share, int n) {
        int k = strangeOf(share, n);
        return k <= strange.length && n - k <= rest.length;
    }

    /** A window of n rows, a share of them strange, none twice. */
    int[] window(double share, int n, RandomGenerator random) {
        int k = strangeOf(share, n);
        return concat(first(strange, k, random), first(rest, n - k, random));
    }

    /** A window in which one topic is three times as frequent as in the whole; empty where its rows do not suffice. */
    int[] windowWithMoreOf(String topic, int n, RandomGenerator random) {
        int[] all = concat(baseline, rest);
        long usual = Arrays.stream(all)
                .filter(row -> queries.label(row).equals(topic))
                .count();
        int k = (int) Math.round(3.0 * n * usual / all.length);
        int[] ofTopic = Arrays.stream(rest)
                .filter(row -> queries.label(row).equals(topic))
                .toArray();
        int[] others = Arrays.stream(rest)
                .filter(row -> !queries.label(row).equals(topic))
                .toArray();
        return k > ofTopic.length || n - k > others.length
                ? new int[0]
                : concat(first(ofTopic, k, random), first(others, n - k, random));
    }

    private static int[] first(int[] rows, int count, RandomGenerator random) {
        return Arrays.copyOf(LabelledQueries.shuffled(rows, random), count);
    }

    private static int[] concat(int[] one, int[] other) {
        return IntStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
    }
}
