package io.driftaware.benchmarks.acceptance;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How many trials are made, and with what randomness: a trial's numbers depend on the seed, the group and its own number
 * alone, so any number of threads gives the same table.
 *
 * @param seed of everything
 * @param fast whether a small part is enough
 */
record Trials(long seed, boolean fast) {

    /** One trial. */
    interface Body {
        void run(int trial, SplittableRandom random);
    }

    /** The number of trials. */
    int count(int full, int inFast) {
        return fast ? inFast : full;
    }

    /** Runs trials on all cores, and says so on standard error. */
    void run(String group, int trials, Body body) {
        System.err.println(group + ": " + trials + " trials");
        IntStream.range(0, trials).parallel().forEach(trial -> body.run(trial, random(group, trial)));
    }

    SplittableRandom random(String group, int trial) {
        return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + group.hashCode() * 1_000_003L + trial);
    }
}
