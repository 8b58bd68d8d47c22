package io.driftaware.benchmarks.acceptance;

/**
 * What a figure of a row must be.
 *
 * @param column which figure
 * @param least its smallest value allowed
 * @param most its greatest value allowed
 * @param words the same as it is asked for
 */
record Target(String column, double least, double most, String words) {

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

    Outcome of(Figure figure) {
        if (figure.value() >= least && figure.value() <= most) {
            return Outcome.MET;
        }
        return figure.high() >= least && figure.low() <= most ? Outcome.UNSURE : Outcome.MISSED;
    }
}
