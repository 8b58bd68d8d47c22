package io.driftaware.benchmarks.acceptance;

import io.driftaware.benchmarks.acceptance.Figure.Share;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts, over trials in any order and on any thread, how often each rule fired in each row. */
final class Tally {
    private final Map<String, Map<String, long[]>> counts = new TreeMap<>();

    /** One more trial of a row. */
    synchronized void add(String row, Map<String, Boolean> fired) {
        Map<String, long[]> ofRow = counts.computeIfAbsent(row, r -> new LinkedHashMap<>());
        fired.forEach((rule, hit) -> {
            long[] count = ofRow.computeIfAbsent(rule, r -> new long[2]);
            count[0] += hit ? 1 : 0;
            count[1]++;
        });
    }

    /** Whether the row was tried at all. */
    synchronized boolean has(String row) {
        return counts.containsKey(row);
    }

    /** The row of a table. */
    synchronized Section.Row row(String row, List<Target> targets) {
        Map<String, Figure> figures = new LinkedHashMap<>();
        counts.getOrDefault(row, new LinkedHashMap<>())
                .forEach((rule, count) -> figures.put(rule, new Share(count[0], count[1])));
        return new Section.Row(row, figures, targets);
    }
}
