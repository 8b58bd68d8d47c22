package io.driftaware.benchmarks.acceptance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A rule that hears of every check of one stream, in order, and fires or does not. Holds the stream's state.
 *
 * @param <C> what a check brings
 */
interface Rule<C> {
    /** The engine of the monitor. */
    String EVIDENCE = "evidence (e-SR)";

    boolean fires(C check);

    /** The rules of a table with the two dummies that stand in every one. */
    static <C> Map<String, Supplier<Rule<C>>> withDummies(Map<String, Supplier<Rule<C>>> rules) {
        Map<String, Supplier<Rule<C>>> all = new LinkedHashMap<>(rules);
        all.put(WindowRules.ALWAYS, () -> check -> true);
        all.put(WindowRules.NEVER, () -> check -> false);
        return all;
    }
}
