package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.sequential.BaselineBounds;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * G9, and the sequential part of G4: streams of queries, ten a check, drawn from the rows that the baseline has not seen (each
 * as often as chance has it), with out-of-scope ones mixed in after two quiet days, or never.
 */
final class QueryStreams {
    private static final int PER_CHECK = 10;
    private static final int QUIET = 2 * Checks.PER_DAY;
    private static final int[] PERCENT = {5, 10, 20};
    private static final double LEVEL = 0.95;

    private final Trials trials;
    private final List<Section.Row> found = new ArrayList<>();
    private final List<Section.Row> quiet = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    QueryStreams(Trials trials) {
        this.trials = trials;
    }

    List<Section> run(List<LabelledQueries> sets) {
        notes.add("A check is a quarter of an hour: 24 h are 96 checks, 6 h are 24.");
        for (LabelledQueries queries : sets) {
            if (queries.outOfScope().length == 0) {
                notes.add(queries.name() + " has no queries labelled oos: unseen topics stand in for them, no target.");
            }
            drifting(queries);
            quiet(queries);
        }
        return List.of(
                new Section("G9", "Streams of ten queries a check: checks until drift is found", notes, found),
                new Section(
                        "G9",
                        "The same streams without drift for 30 days: how often a rule fires at all",
                        List.of(),
                        quiet));
    }

    private static Split split(LabelledQueries queries, RandomGenerator random) {
        int rows = Split.usualBaseline(queries);
        return queries.outOfScope().length > 0
                ? Split.allKnown(queries, rows, random)
                : Split.holdingTopicsOut(queries, rows, random);
    }

    private void drifting(LabelledQueries queries) {
        Map<Integer, Map<String, Delays>> delays = new LinkedHashMap<>();
        for (int percent : PERCENT) {
            delays.put(percent, new LinkedHashMap<>());
            for (String rule : List.of(Rule.EVIDENCE, WindowRules.ALWAYS, WindowRules.NEVER)) {
                delays.get(percent).put(rule, new Delays());
            }
        }
        trials.run("G9 " + queries.name(), trials.count(200, 16), (trial, random) -> {
            Split split = split(queries, random);
            Subject subject = Subject.fit(split, random);
            delays.forEach((percent, to) ->
                    StreamRun.withChange(stream(split, subject, percent / 100.0, random), QUIET, rules(subject), to));
        });
        boolean asked = queries.outOfScope().length > 0;
        delays.forEach((percent, to) -> found.addAll(RisingRates.rows(
                String.format(Locale.ROOT, "%s, %d %%", queries.name(), percent),
                to,
                asked ? targets(percent) : new Target[0])));
    }

    private static Target[] targets(int percent) {
        return switch (percent) {
            case 10 ->
                new Target[] {
                    Target.atLeast(Delays.FOUND, 1, "found in 100 %"),
                    Target.atMost(Delays.MEDIAN, 96, "median at most 24 h")
                };
            case 20 ->
                new Target[] {
                    Target.atLeast(Delays.FOUND, 1, "found in 100 %"),
                    Target.atMost(Delays.MEDIAN, 24, "median at most 6 h")
                };
            default -> new Target[0];
        };
    }

    private void quiet(LabelledQueries queries) {
        Tally tally = new Tally();
        trials.run("G9 quiet " + queries.name(), trials.count(200, 12), (trial, random) -> {
            Split split = split(queries, random);
            Subject subject = Subject.fit(split, random);
            tally.add(
                    queries.name(),
                    StreamRun.without(stream(split, subject, 0, random), Checks.THIRTY_DAYS, rules(subject)));
        });
        quiet.add(tally.row(queries.name(), List.of(Target.atMost(Rule.EVIDENCE, 0.05, "at most 5 %"))));
    }

    static Map<String, Supplier<Rule<StratumCounts>>> rules(Subject subject) {
        Map<String, Supplier<Rule<StratumCounts>>> rules = new LinkedHashMap<>();
        RateWatch watch = watch(subject);
        rules.put(Rule.EVIDENCE, () -> RateRules.evidence(watch));
        return Rule.withDummies(rules);
    }

    /** The novelty rate against the bound of what the held-out half had. */
    static RateWatch watch(Subject subject) {
        ScoredProfile heldOut = subject.baseline().heldOut();
        double limit = BaselineBounds.rateAtMost(
                heldOut.above(subject.baseline().edgeAt(LEVEL)),
                heldOut.count(),
                Checks.budget(1).baselineRisk());
        return new RateWatch(StratumRates.constant(limit), 0, Checks.logAlarm(1));
    }

    private static IntFunction<StratumCounts> stream(
            Split split, Subject subject, double share, SplittableRandom random) {
        return check -> {
            int[] rows = new int[PER_CHECK];
            Arrays.setAll(rows, i -> {
                boolean strange = check >= QUIET && random.nextDouble() < share;
                int[] from = strange ? split.strange() : split.rest();
                return from[random.nextInt(from.length)];
            });
            return counts(subject, check, rows);
        };
    }

    /** What a check counts. */
    static StratumCounts counts(Subject subject, int check, int[] rows) {
        ScoredProfile batch = subject.batch(rows);
        return StratumCounts.of(
                Checks.stratum(check), batch.above(subject.baseline().edgeAt(LEVEL)), batch.count());
    }
}
