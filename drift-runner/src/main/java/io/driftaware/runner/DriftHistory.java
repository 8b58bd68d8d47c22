package io.driftaware.runner;

import java.util.List;

/** Whether each of the last comparisons said DRIFT, oldest first, as it is stored: a letter each. */
final class DriftHistory {
    private static final char DRIFT = 'd';
    private static final char NO_DRIFT = '-';

    private DriftHistory() {}

    static String write(List<Boolean> history) {
        StringBuilder letters = new StringBuilder(history.size());
        history.forEach(drift -> letters.append(drift ? DRIFT : NO_DRIFT));
        return letters.toString();
    }

    static List<Boolean> read(String letters) {
        return letters.chars().mapToObj(letter -> letter == DRIFT).toList();
    }
}
