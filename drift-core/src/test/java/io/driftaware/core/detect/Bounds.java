package io.driftaware.core.detect;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/** How often something of a stated probability may happen in a simulation. */
final class Bounds {

    private Bounds() {}

    /** Exceeded once in a thousand where the probability is as stated. */
    static int most(int draws, double probability) {
        return BinomialDistribution.of(draws, probability).inverseCumulativeProbability(.999);
    }
}
