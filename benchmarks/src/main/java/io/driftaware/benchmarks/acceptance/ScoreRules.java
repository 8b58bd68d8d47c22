package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.MeanFall;
import io.driftaware.core.sequential.MeanWatch;
import io.driftaware.core.sequential.Step;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Rules on the mean of a score: the engine, and what is used today, over the last 24 hours from 50 scores on. */
final class ScoreRules {
    private static final double CLASSIC_DROP = 0.05;
    private static final double Z_05 = 1.6448536269514722;
    private static final long LEAST_SCORES = 50;

    private ScoreRules() {}

    /** @param usual the scores that today's rules compare with */
    static Map<String, Supplier<Rule<long[]>>> beside(MeanWatch watch, Scores usual) {
        Map<String, Supplier<Rule<long[]>>> rules = new LinkedHashMap<>();
        rules.put(Rule.EVIDENCE, () -> evidence(watch));
        rules.put("drop >= .05", () -> lastDay((mean, n) -> usual.mean() - mean >= CLASSIC_DROP));
        rules.put(
                "p < .05 each check",
                () -> lastDay((mean, n) -> usual.mean() - mean > Z_05 * usual.deviation() / Math.sqrt(n)));
        return Rule.withDummies(rules);
    }

    /** {@link MeanWatch}, its evidence kept from check to check. */
    private static Rule<long[]> evidence(MeanWatch watch) {
        return new Rule<>() {
            private Evidence evidence = Evidence.none(MeanFall.ALTERNATIVES);

            @Override
            public boolean fires(long[] check) {
                Step step = watch.step(evidence, check);
                evidence = step.after();
                return step.alarm();
            }
        };
    }

    private static Rule<long[]> lastDay(OverMean rule) {
        LastDay day = new LastDay();
        return check -> {
            double sum = 0;
            long count = 0;
            for (int i = 0; i < check.length; i++) {
                sum += check[i] * i / 100.0;
                count += check[i];
            }
            day.add(sum, count);
            return day.secondSum() >= LEAST_SCORES && rule.fires(day.firstSum() / day.secondSum(), day.secondSum());
        };
    }

    private interface OverMean {
        boolean fires(double mean, double count);
    }
}
