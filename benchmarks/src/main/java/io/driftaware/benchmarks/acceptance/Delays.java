package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Figure.Amount;
import io.driftaware.benchmarks.acceptance.Figure.Share;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Over runs in any order: whether a rule fired before a change, and how many checks after it. */
final class Delays {
    static final String EARLY = "fired before the change";
    static final String FOUND = "found within 30 days";
    static final String MEDIAN = "median checks to find";
    static final String LATE = "90 % of those found by check";

    private final List<Integer> found = new ArrayList<>();
    private int early;
    private int runs;

    /** @param delay checks from the change to the first alarm after it, at least 1; 0 where there was none */
    synchronized void add(boolean firedBefore, int delay) {
        runs++;
        early += firedBefore ? 1 : 0;
        if (delay > 0) {
            found.add(delay);
        }
    }

    /** The median counts a run without an alarm as one that takes for ever. */
    synchronized Section.Row row(String label, List<Target> targets) {
        Collections.sort(found);
        Map<String, Figure> figures = new LinkedHashMap<>();
        figures.put(EARLY, new Share(early, runs));
        figures.put(FOUND, new Share(found.size(), runs));
        figures.put(MEDIAN, new Amount(quantile(runs, 0.5), ""));
        figures.put(LATE, new Amount(quantile(found.size(), 0.9), ""));
        return new Section.Row(label, figures, targets);
    }

    private double quantile(int of, double level) {
        int index = (int) Math.ceil(level * of) - 1;
        return index >= 0 && index < found.size() ? found.get(index) : Double.NaN;
    }
}
