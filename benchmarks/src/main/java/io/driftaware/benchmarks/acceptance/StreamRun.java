package io.driftaware.benchmarks.acceptance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Runs rules side by side over one simulated stream. */
final class StreamRun {
    private StreamRun() {}

    /** Whether each rule fires at all in a number of checks. */
    static <C> Map<String, Boolean> without(IntFunction<C> stream, int checks, Map<String, Supplier<Rule<C>>> rules) {
        Map<String, Boolean> fired = new LinkedHashMap<>();
        rules.keySet().forEach(rule -> fired.put(rule, false));
        Map<String, Rule<C>> running = started(rules);
        for (int check = 0; check < checks; check++) {
            C counts = stream.apply(check);
            running.entrySet().removeIf(entry -> {
                boolean fires = entry.getValue().fires(counts);
                fired.merge(entry.getKey(), fires, Boolean::logicalOr);
                return fires;
            });
        }
        return fired;
    }

    /** What each rule does in a stream that changes at a check: whether it fires before, and how long it takes after. */
    static <C> void withChange(
            IntFunction<C> stream, int change, Map<String, Supplier<Rule<C>>> rules, Map<String, Delays> to) {
        Map<String, Rule<C>> running = started(rules);
        Map<String, Boolean> early = new LinkedHashMap<>();
        for (int check = 0; check < change + Checks.THIRTY_DAYS && !running.isEmpty(); check++) {
            C counts = stream.apply(check);
            int delay = check - change + 1;
            running.entrySet().removeIf(entry -> {
                String rule = entry.getKey();
                boolean fires = entry.getValue().fires(counts);
                if (fires && delay > 0) {
                    to.computeIfAbsent(rule, r -> new Delays()).add(early.containsKey(rule), delay);
                } else if (fires) {
                    early.put(rule, true);
                }
                return fires && delay > 0;
            });
        }
        running.keySet()
                .forEach(rule -> to.computeIfAbsent(rule, r -> new Delays()).add(early.containsKey(rule), 0));
    }

    private static <C> Map<String, Rule<C>> started(Map<String, Supplier<Rule<C>>> rules) {
        Map<String, Rule<C>> running = new LinkedHashMap<>();
        rules.forEach((name, rule) -> running.put(name, rule.get()));
        return running;
    }
}
