package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.MeanFall;
import io.driftaware.core.sequential.MeanWatch;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.core.sequential.ScoreBaselineRecorder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** G8: ratings that fall from .80 to .72 after two quiet days, five a check. */
final class FallingScores {
    private static final int QUIET = 2 * Checks.PER_DAY;
    private static final int PER_CHECK = 5;
    private static final double BEFORE = 0.8;
    private static final double AFTER = 0.72;
    private static final double DEVIATION = 0.15;
    private static final int BASELINE_BATCHES = 1_000;

    private final Trials trials;
    private final List<Section.Row> falling = new ArrayList<>();
    private final List<Section.Row> quiet = new ArrayList<>();

    FallingScores(Trials trials) {
        this.trials = trials;
    }

    List<Section> run() {
        Scores graded = Scores.graded(BEFORE, DEVIATION);
        Scores fallen = Scores.graded(AFTER, DEVIATION);
        MeanWatch known = new MeanWatch(MeanFall.below(BEFORE), 0, Checks.logAlarm(1));
        row("deviation .15, known mean", graded, fallen, random -> ScoreRules.beside(known, graded), true);
        row(
                "deviation .15, baseline of 5,000",
                graded,
                fallen,
                random -> ScoreRules.beside(estimated(graded, random), graded),
                false);
        Scores thumbs = Scores.thumbs(BEFORE);
        row("thumbs, known mean", thumbs, Scores.thumbs(AFTER), random -> ScoreRules.beside(known, thumbs), false);
        return List.of(
                new Section(
                        "G8",
                        "Ratings that fall from .80 to .72, five a check: checks until each rule fires",
                        List.of("Thumbs up or down have a deviation of .40: five a check hold too little information"
                                + " for any test to be faster by much, so that row has no target."),
                        falling),
                new Section(
                        "G8", "Ratings that stay at .80 for 30 days: how often a rule fires at all", List.of(), quiet));
    }

    private interface RulesOfRun {
        Map<String, Supplier<Rule<long[]>>> rules(RandomGenerator random);
    }

    private void row(String label, Scores before, Scores after, RulesOfRun rules, boolean asked) {
        Map<String, Delays> delays = new LinkedHashMap<>();
        rules.rules(trials.random(label, -1)).keySet().forEach(rule -> delays.put(rule, new Delays()));
        trials.run("G8 " + label, trials.count(2000, 400), (trial, random) -> {
            StreamRun.withChange(
                    check -> (check < QUIET ? before : after).draw(PER_CHECK, random),
                    QUIET,
                    rules.rules(random),
                    delays);
        });
        falling.addAll(
                asked
                        ? RisingRates.rows(label, delays, Target.atMost(Delays.MEDIAN, 30, "median at most 30 checks"))
                        : RisingRates.rows(label, delays));
        Tally tally = new Tally();
        trials.run("G8 quiet " + label, trials.count(2000, 200), (trial, random) -> {
            tally.add(
                    label,
                    StreamRun.without(
                            check -> before.draw(PER_CHECK, random), Checks.THIRTY_DAYS, rules.rules(random)));
        });
        quiet.add(tally.row(label, List.of(Target.atMost(Rule.EVIDENCE, 0.05, "at most 5 %"))));
    }

    private static MeanWatch estimated(Scores scores, RandomGenerator random) {
        ScoreBaselineRecorder recorder = new ScoreBaselineRecorder();
        for (int batch = 0; batch < BASELINE_BATCHES; batch++) {
            recorder.add(scores.draw(PER_CHECK, random));
        }
        ScoreBaseline baseline = recorder.snapshot();
        double limit = baseline.limit(Checks.budget(1).baselineRisk()).orElseThrow();
        return new MeanWatch(MeanFall.below(limit), baseline.correlation(), Checks.logAlarm(1));
    }
}
