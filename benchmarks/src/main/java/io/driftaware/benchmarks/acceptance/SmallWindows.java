package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.detect.WindowVerdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** G4: windows of 10 to 100 queries without drift, with the least number of rows and without it, and as a stream of ten days. */
final class SmallWindows {
    private static final int[] SIZES = {10, 20, 50, 100};
    private static final int DAYS = 10;
    private static final int POOL = 2_000;
    private static final double ALLOWED = 0.05;

    private final WindowRules withFloor = new WindowRules(WindowVerdict.withDefaults());
    private final WindowRules withoutFloor =
            new WindowRules(WindowVerdict.withDefaults().withMinimumSamples(2));
    private final Tally tally = new Tally();
    private final Tally streams = new Tally();

    /** The tables of the data sets that {@link #known} was run on. */
    List<Section> sections(List<LabelledQueries> sets) {
        List<Section.Row> rows = new ArrayList<>();
        List<Section.Row> thin = new ArrayList<>();
        for (LabelledQueries queries : sets) {
            if (!streams.has(label(queries, SIZES[0]))) {
                continue;
            }
            for (int n : SIZES) {
                rows.add(tally.row(
                        label(queries, n) + ", floor off",
                        List.of(Target.atMost(WindowRules.AT_05, ALLOWED, "fires in at most 5 %"))));
            }
            for (int n : SIZES) {
                rows.add(tally.row(
                        label(queries, n) + ", with the floor",
                        List.of(Target.atLeast(WindowRules.INSUFFICIENT, 1, "Insufficient"))));
            }
            for (int n : SIZES) {
                thin.add(streams.row(
                        label(queries, n), List.of(Target.atMost(Rule.EVIDENCE, ALLOWED, "fires in at most 5 %"))));
            }
        }
        return List.of(
                new Section("G4", "Small windows without drift: how often each rule fires", List.of(), rows),
                new Section(
                        "G4",
                        "The same queries a day for ten days, one by one: how often a rule fires at all",
                        List.of(),
                        thin));
    }

    /** A trial. */
    void known(Split split, Subject subject, SplittableRandom random) {
        LabelledQueries queries = split.queries();
        int[] pool = Arrays.copyOf(split.rest(), Math.min(POOL, split.rest().length));
        BitSet novel = subject.novel(pool);
        for (int n : SIZES) {
            Subject.Window window = subject.window(split.window(0, n, random), random);
            tally.add(label(queries, n) + ", floor off", withoutFloor.fired(subject, window));
            tally.add(label(queries, n) + ", with the floor", withFloor.fired(subject, window));
            streams.add(label(queries, n), thin(subject, pool, novel, n, random));
        }
    }

    /** A stream with so many queries a day, each at a check drawn at random. */
    private static Map<String, Boolean> thin(
            Subject subject, int[] pool, BitSet novel, int n, SplittableRandom random) {
        int[] perCheck = new int[DAYS * Checks.PER_DAY];
        for (int i = 0; i < DAYS * n; i++) {
            perCheck[random.nextInt(perCheck.length)]++;
        }
        Map<String, Supplier<Rule<Batch>>> rules = QueryStreams.rules(subject);
        return StreamRun.without(
                check -> QueryStreams.batch(
                        novel,
                        check,
                        random.ints(perCheck[check], 0, pool.length)
                                .map(i -> pool[i])
                                .toArray()),
                perCheck.length,
                rules);
    }

    private static String label(LabelledQueries queries, int n) {
        return queries.name() + ", n = " + n;
    }
}
