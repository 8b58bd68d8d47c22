package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateBaselineRecorder;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** G7: a rate that rises after two quiet days, with a known limit and with one estimated from a baseline. */
final class RisingRates {
    private static final int QUIET = 2 * Checks.PER_DAY;
    private static final int BASELINE_ROWS = 5_000;

    private final Trials trials;

    RisingRates(Trials trials) {
        this.trials = trials;
    }

    List<Section> run() {
        List<Section.Row> rows = new ArrayList<>();
        rows.addAll(known(50, 12));
        rows.addAll(known(10, 45));
        rows.addAll(estimated());
        return List.of(new Section("G7", "A rate that rises: checks until each rule fires", List.of(), rows), quiet());
    }

    private List<Section.Row> known(int perCheck, int most) {
        RateWatch watch = new RateWatch(StratumRates.constant(0.02), 0, Checks.logAlarm(1));
        return rising(
                "2 to 6 %, known limit, " + perCheck + " queries a check",
                0.02,
                perCheck,
                random -> RateRules.beside(watch, 0.02),
                most);
    }

    private List<Section.Row> estimated() {
        return rising(
                "3 to 6 %, baseline of 5,000, 50 queries a check",
                0.03,
                50,
                random -> {
                    RateBaseline baseline = baseline(random);
                    return RateRules.beside(watch(baseline), baseline.rate());
                },
                40);
    }

    private interface RulesOfRun {
        Map<String, Supplier<Rule<StratumCounts>>> rules(RandomGenerator random);
    }

    private List<Section.Row> rising(String label, double before, int perCheck, RulesOfRun rules, int most) {
        Map<String, Delays> delays = new LinkedHashMap<>();
        rules.rules(trials.random(label, -1)).keySet().forEach(rule -> delays.put(rule, new Delays()));
        trials.run(label, trials.count(2000, 400), (trial, random) -> {
            StreamRun.withChange(
                    check -> StratumCounts.of(
                            Checks.stratum(check),
                            Checks.binomial(perCheck, check < QUIET ? before : 0.06, random),
                            perCheck),
                    QUIET,
                    rules.rules(random),
                    delays);
        });
        return rows(label, delays, Target.atMost(Delays.MEDIAN, most, "median at most " + most + " checks"));
    }

    /** A row for each rule; the target is for the engine's. */
    static List<Section.Row> rows(String label, Map<String, Delays> delays, Target... targets) {
        List<Section.Row> rows = new ArrayList<>();
        delays.forEach((rule, delay) ->
                rows.add(delay.row(label + ": " + rule, rule.equals(Rule.EVIDENCE) ? List.of(targets) : List.of())));
        return rows;
    }

    private Section quiet() {
        Tally tally = new Tally();
        String label = "3 %, baseline of 5,000, 50 queries a check, 30 days";
        trials.run("G7 quiet", trials.count(2000, 200), (trial, random) -> {
            RateBaseline baseline = baseline(random);
            tally.add(
                    label,
                    StreamRun.without(
                            check -> StratumCounts.of(Checks.stratum(check), Checks.binomial(50, 0.03, random), 50),
                            Checks.THIRTY_DAYS,
                            RateRules.beside(watch(baseline), baseline.rate())));
        });
        return new Section(
                "G7",
                "The same baseline and a rate that stays: how often a rule fires at all",
                List.of(),
                List.of(tally.row(label, List.of(Target.atMost(Rule.EVIDENCE, 0.01, "at most 1 %")))));
    }

    private static RateBaseline baseline(RandomGenerator random) {
        RateBaselineRecorder recorder = new RateBaselineRecorder();
        for (int check = 0; recorder.rows() < BASELINE_ROWS; check++) {
            recorder.add(Checks.stratum(check), Checks.binomial(50, 0.03, random), 50);
        }
        return recorder.snapshot();
    }

    private static RateWatch watch(RateBaseline baseline) {
        return new RateWatch(
                baseline.limits(Checks.budget(1).baselineRisk()), baseline.correlation(), Checks.logAlarm(1));
    }
}
