package io.driftaware.runner;

import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the numbers beside a finding. */
final class Details {
    private final SortedMap<String, Double> numbers = new TreeMap<>();

    /** What is not finite is left out: absent is not 0. */
    Details with(String name, double value) {
        if (Double.isFinite(value)) {
            numbers.put(name, value);
        }
        return this;
    }

    SortedMap<String, Double> map() {
        return numbers;
    }
}
