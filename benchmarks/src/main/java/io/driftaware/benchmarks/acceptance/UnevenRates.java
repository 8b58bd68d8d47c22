package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.RateBaselineRecorder;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** G10: rows of a check that go together, a weekly season, and the first day of an empty system. */
final class UnevenRates {
    private static final double CORRELATION = 0.01;
    private static final double RATE = 0.045;
    private static final int WEEK = 7 * Checks.PER_DAY;
    private static final int SEASON_ROWS = 20;

    private final Trials trials;
    private final Tally tally = new Tally();
    private final List<Section.Row> rows = new ArrayList<>();

    UnevenRates(Trials trials) {
        this.trials = trials;
    }

    Section run() {
        for (int perCheck : new int[] {10, 50, 200}) {
            together(perCheck);
        }
        season();
        for (int perCheck : new int[] {1, 10, 50}) {
            firstDay(perCheck);
        }
        return new Section(
                "G10",
                "Rows that go together, a season, an empty system: how often a rule fires at all",
                List.of(
                        "Tempering by the measured correlation is approximate: these simulated rates stand beside the budget"
                                + " of 5 % in 30 days.",
                        "The rows without tempering and without strata show what these two are for."),
                rows);
    }

    /** The rate of a check varies as Beta, so that its rows have the correlation; a week of checks measures it. */
    private void together(int perCheck) {
        double[] rates = betaQuantiles(RATE, CORRELATION);
        String label = "4.5 %, correlation .01, " + perCheck + " queries a check";
        String untempered = label + ", without tempering";
        trials.run(label, trials.count(1000, 100), (trial, random) -> {
            RateBaselineRecorder week = new RateBaselineRecorder();
            for (int check = 0; check < WEEK; check++) {
                week.add(Checks.stratum(check), Checks.binomial(perCheck, any(rates, random), random), perCheck);
            }
            StratumCounts[] stream = new StratumCounts[Checks.THIRTY_DAYS];
            for (int check = 0; check < stream.length; check++) {
                stream[check] = StratumCounts.of(
                        Checks.stratum(check), Checks.binomial(perCheck, any(rates, random), random), perCheck);
            }
            add(label, stream, StratumRates.constant(RATE), week.snapshot().correlation());
            add(untempered, stream, StratumRates.constant(RATE), 0);
        });
        rows.add(tally.row(label, List.of(Target.atMost(Rule.EVIDENCE, 0.1, "at most 10 %"))));
        rows.add(tally.row(untempered, List.of()));
    }

    /** 3 % on working days and 4.5 % at weekends; four weeks, or one, are the baseline. */
    private void season() {
        for (int weeks : new int[] {4, 1}) {
            String label = "3 and 4.5 % at weekends, " + SEASON_ROWS + " queries a check, " + weeks + " weeks baseline";
            String flat = label + ", without strata";
            trials.run(label, trials.count(1000, 100), (trial, random) -> {
                RateBaselineRecorder before = new RateBaselineRecorder();
                for (int check = 0; check < weeks * WEEK; check++) {
                    before.add(
                            Checks.stratum(check), Checks.binomial(SEASON_ROWS, seasonal(check), random), SEASON_ROWS);
                }
                StratumCounts[] stream = new StratumCounts[Checks.THIRTY_DAYS];
                for (int check = 0; check < stream.length; check++) {
                    stream[check] = StratumCounts.of(
                            Checks.stratum(check), Checks.binomial(SEASON_ROWS, seasonal(check), random), SEASON_ROWS);
                }
                RateBaseline baseline = before.snapshot();
                add(label, stream, baseline.limits(Checks.budget(1).baselineRisk()), baseline.correlation());
                add(flat, stream, StratumRates.constant(baseline.rate()), 0);
            });
            rows.add(tally.row(label, List.of(Target.atMost(Rule.EVIDENCE, 0.05, "at most 5 % with strata"))));
            rows.add(tally.row(flat, List.of()));
        }
    }

    private void firstDay(int perCheck) {
        String label = "first 24 h, 3 % under a limit of 5 %, " + perCheck + " queries a check";
        RateWatch watch = new RateWatch(StratumRates.constant(0.05), 0, Checks.logAlarm(1));
        trials.run(label, trials.count(2000, 400), (trial, random) -> {
            tally.add(
                    label,
                    StreamRun.without(
                            check -> StratumCounts.of(
                                    Checks.stratum(check), Checks.binomial(perCheck, 0.03, random), perCheck),
                            Checks.PER_DAY,
                            RateRules.beside(watch, 0.03)));
        });
        rows.add(tally.row(label, List.of(Target.atMost(Rule.EVIDENCE, 0, "no alarm"))));
    }

    private void add(String label, StratumCounts[] stream, StratumRates limits, double correlation) {
        RateWatch watch = new RateWatch(limits, correlation, Checks.logAlarm(1));
        tally.add(label, StreamRun.without(check -> stream[check], stream.length, RateRules.beside(watch, RATE)));
    }

    private static double seasonal(int check) {
        return Checks.weekend(check) ? 0.045 : 0.03;
    }

    private static double any(double[] values, RandomGenerator random) {
        return values[random.nextInt(values.length)];
    }

    /** Equally likely rates with this mean and, for two rows of one check, this correlation. */
    private static double[] betaQuantiles(double mean, double correlation) {
        double size = 1 / correlation - 1;
        BetaDistribution rates = BetaDistribution.of(mean * size, (1 - mean) * size);
        double[] quantiles = new double[2_000];
        double sum = 0;
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] = rates.inverseCumulativeProbability((i + 0.5) / quantiles.length);
            sum += quantiles[i];
        }
        for (int i = 0; i < quantiles.length; i++) {
            quantiles[i] *= mean * quantiles.length / sum;
        }
        return quantiles;
    }
}
