package io.driftaware.benchmarks.acceptance;

import org.jspecify.annotations.Nullable;

/**
 * What a figure of a row must be.
 *
 * @param column which figure
 * @param least its smallest value allowed
 * @param most its greatest value allowed
 * @param words the same as it is asked for
 * @param recorded how a figure stood to it, where only that is known
 */
record Target(String column, double least, double most, String words, @Nullable Outcome recorded) {

    Target(String column, double least, double most, String words) {
        this(column, least, most, words, null);
    }

    /** How a figure stands to its target. */
    enum Outcome {
        MET("met"),
        /** Not met, but the 95 % interval of the trials reaches it. */
        UNSURE("not met, within error"),
        MISSED("**missed**");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    static Target atLeast(String column, double least, String words) {
        return new Target(column, least, Double.POSITIVE_INFINITY, words);
    }

    static Target atMost(String column, double most, String words) {
        return new Target(column, Double.NEGATIVE_INFINITY, most, words);
    }

    /** A target of an earlier run. */
    static Target recorded(String column, String words, Outcome outcome) {
        return new Target(column, Double.NaN, Double.NaN, words, outcome);
    }

    Outcome of(Figure figure) {
        if (recorded != null) {
            return recorded;
        }
        if (figure.value() >= least && figure.value() <= most) {
            return Outcome.MET;
        }
        return figure.high() >= least && figure.low() <= most ? Outcome.UNSURE : Outcome.MISSED;
    }
}
