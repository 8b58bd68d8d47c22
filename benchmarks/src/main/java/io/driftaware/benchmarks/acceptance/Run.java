package io.driftaware.benchmarks.acceptance;

/**
 * How tables came about.
 *
 * @param data names of the data sets
 * @param seed of every random choice
 * @param fast whether only a part of the trials was made
 * @param environment what it ran on and how long
 */
record Run(String data, long seed, boolean fast, String environment) {

    /** The same in a line. */
    String text() {
        return "Data: " + (data.isEmpty() ? "none" : data) + ", seed " + seed
                + (fast ? ", **a small part of the trials**" : "") + ". " + environment + ".";
    }
}
