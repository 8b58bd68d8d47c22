package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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

    private static final List<String> RULES = List.of(
            Rule.EVIDENCE, RateRules.EACH_CHECK, RateRules.PSI, "cosine > .1", WindowRules.ALWAYS, WindowRules.NEVER);

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
            run(queries);
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

    private void run(LabelledQueries queries) {
        Map<Integer, Map<String, Delays>> delays = new LinkedHashMap<>();
        for (int percent : PERCENT) {
            delays.put(percent, new LinkedHashMap<>());
            for (String rule : RULES) {
                delays.get(percent).put(rule, new Delays());
            }
        }
        Tally tally = new Tally();
        trials.run("G9 " + queries.name(), trials.count(300, 12), (trial, random) -> {
            Split split = split(queries, random);
            Subject subject = Subject.fit(split, random);
            BitSet novel = subject.novel(split.rest());
            novel.or(subject.novel(split.strange()));
            delays.forEach((percent, to) ->
                    StreamRun.withChange(stream(split, novel, percent / 100.0, random), QUIET, rules(subject), to));
            tally.add(
                    queries.name(),
                    StreamRun.without(stream(split, novel, 0, random), Checks.THIRTY_DAYS, rules(subject)));
        });
        boolean asked = queries.outOfScope().length > 0;
        delays.forEach((percent, to) -> found.addAll(RisingRates.rows(
                String.format(Locale.ROOT, "%s, %d %%", queries.name(), percent),
                to,
                asked ? targets(percent) : new Target[0])));
        quiet.add(tally.row(queries.name(), List.of(Target.atMost(Rule.EVIDENCE, 0.05, "at most 5 %"))));
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

    /** The engine on the novelty rate, today's rules, the dummies. */
    static Map<String, Supplier<Rule<Batch>>> rules(Subject subject) {
        RateBaseline baseline = new RateBaseline(subject.baseline().heldOutVotes(), 0, 1);
        RateWatch watch = new RateWatch(
                baseline.limits(Checks.budget(1).baselineRisk()), baseline.correlation(), Checks.logAlarm(1));
        Map<String, Supplier<Rule<Batch>>> rules = new LinkedHashMap<>();
        RateRules.ofNovelty(watch, baseline.rate())
                .forEach((name, rule) -> rules.put(name, () -> {
                    Rule<StratumCounts> onCounts = rule.get();
                    return batch -> onCounts.fires(batch.counts());
                }));
        rules.put("cosine > .1", () -> new LastDayCosine(subject));
        return Rule.withDummies(rules);
    }

    private static IntFunction<Batch> stream(Split split, BitSet novel, double share, SplittableRandom random) {
        return check -> {
            int[] rows = new int[PER_CHECK];
            Arrays.setAll(rows, i -> {
                boolean strange = check >= QUIET && random.nextDouble() < share;
                int[] from = strange ? split.strange() : split.rest();
                return from[random.nextInt(from.length)];
            });
            return batch(novel, check, rows);
        };
    }

    /** Rows of a check and how many of them are novel. */
    static Batch batch(BitSet novel, int check, int[] rows) {
        long events = Arrays.stream(rows).filter(novel::get).count();
        return new Batch(StratumCounts.of(Checks.stratum(check), events, rows.length), rows);
    }
}
