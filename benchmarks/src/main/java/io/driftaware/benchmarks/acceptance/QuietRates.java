package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.StratumCounts;
import io.driftaware.core.sequential.StratumRates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** G6: constant rates that lie at their limit for thirty days, one stream alone and eight that share the budget. */
final class QuietRates {
    private static final double[] RATES = {0.02, 0.045};
    private static final int[] ROWS = {2, 10, 50, 200};
    private static final double ALLOWED = 0.05;
    private static final String TOGETHER = "all eight together, sharing one budget";

    private final Trials trials;
    private final Tally tally = new Tally();

    QuietRates(Trials trials) {
        this.trials = trials;
    }

    Section run() {
        int months = trials.count(1000, 100);
        trials.run("G6", months, (trial, random) -> {
            Map<String, Boolean> together = new LinkedHashMap<>();
            for (double rate : RATES) {
                for (int rows : ROWS) {
                    StratumCounts[] stream = new StratumCounts[Checks.THIRTY_DAYS];
                    for (int check = 0; check < stream.length; check++) {
                        stream[check] =
                                StratumCounts.of(Checks.stratum(check), Checks.binomial(rows, rate, random), rows);
                    }
                    tally.add(label(rate, rows), month(stream, rate, 1));
                    month(stream, rate, RATES.length * ROWS.length)
                            .forEach((rule, fired) -> together.merge(rule, fired, Boolean::logicalOr));
                }
            }
            tally.add(TOGETHER, together);
        });
        double most = ALLOWED + 2 * Math.sqrt(ALLOWED * (1 - ALLOWED) / months);
        List<Target> targets = List.of(Target.atMost(Rule.EVIDENCE, most, "at most 5 % and 2 standard errors"));
        List<Section.Row> rows = new ArrayList<>();
        for (double rate : RATES) {
            for (int perCheck : ROWS) {
                rows.add(tally.row(label(rate, perCheck), targets));
            }
        }
        rows.add(tally.row(TOGETHER, targets));
        return new Section(
                "G6",
                "Constant rates, 30 days of checks every 15 minutes: how often a rule fires at all",
                List.of("The true rate is the limit that the evidence is against, which is the hardest case."),
                rows);
    }

    private static Map<String, Boolean> month(StratumCounts[] stream, double rate, int sequences) {
        RateWatch watch = new RateWatch(StratumRates.constant(rate), 0, Checks.logAlarm(sequences));
        return StreamRun.without(check -> stream[check], stream.length, RateRules.beside(watch, rate));
    }

    private static String label(double rate, int rows) {
        return (rate * 100) + " %, " + rows + " queries a check";
    }
}
