package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.Evidence;
import io.driftaware.core.sequential.RateRise;
import io.driftaware.core.sequential.RateWatch;
import io.driftaware.core.sequential.Step;
import io.driftaware.core.sequential.StratumCounts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Rules on the rate of a flag: the engine, and what is used today, over the last 24 hours from 50 rows on. */
final class RateRules {
    static final String EACH_CHECK = "p < .05 each check";
    static final String PSI = "PSI > .2";

    private static final double CLASSIC_LIMIT = 0.05;
    private static final double Z_05 = 1.6448536269514722;
    private static final long LEAST_ROWS = 50;

    private RateRules() {}

    /** @param usual the rate that today's rules compare with */
    static Map<String, Supplier<Rule<StratumCounts>>> beside(RateWatch watch, double usual) {
        Map<String, Supplier<Rule<StratumCounts>>> rules = new LinkedHashMap<>(ofNovelty(watch, usual));
        rules.put("rate > 5 %", () -> lastDay((events, rows) -> events > CLASSIC_LIMIT * rows));
        return Rule.withDummies(rules);
    }

    /** The same without a fixed limit, which nobody has for novelty, and without the dummies. */
    static Map<String, Supplier<Rule<StratumCounts>>> ofNovelty(RateWatch watch, double usual) {
        Map<String, Supplier<Rule<StratumCounts>>> rules = new LinkedHashMap<>();
        rules.put(Rule.EVIDENCE, () -> evidence(watch));
        rules.put(
                EACH_CHECK,
                () -> lastDay((events, rows) -> events - usual * rows > Z_05 * Math.sqrt(usual * (1 - usual) * rows)));
        rules.put(PSI, () -> lastDay((events, rows) -> psi(usual, events, rows) > Psi.LIMIT));
        return rules;
    }

    /** {@link RateWatch}, its evidence kept from check to check. */
    static Rule<StratumCounts> evidence(RateWatch watch) {
        return new Rule<>() {
            private Evidence evidence = Evidence.none(RateRise.ALTERNATIVES);

            @Override
            public boolean fires(StratumCounts check) {
                Step step = watch.step(evidence, check);
                evidence = step.after();
                return step.alarm();
            }
        };
    }

    private static double psi(double usual, double events, double rows) {
        double before = 1_000_000;
        return Psi.of(new double[] {usual * before, (1 - usual) * before}, new double[] {events, rows - events});
    }

    private static Rule<StratumCounts> lastDay(OverCounts rule) {
        LastDay day = new LastDay();
        return check -> {
            day.add(check.events(), check.rows());
            return day.secondSum() >= LEAST_ROWS && rule.fires(day.firstSum(), day.secondSum());
        };
    }

    private interface OverCounts {
        boolean fires(double events, double rows);
    }
}
