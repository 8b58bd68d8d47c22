package io.driftaware.examples.demo;

import java.util.ArrayList;
import java.util.List;

/** How users rate, from 0 (useless) to 1 (solved), as shares of five steps; the means are .815 and .800. */
enum Scores {
    USUAL(0.04, 0.06, 0.10, 0.20, 0.60),
    SLIGHTLY_LOWER(0.05, 0.06, 0.11, 0.20, 0.58);

    private final double[] shares;

    Scores(double... shares) {
        this.shares = shares;
    }

    /** {@code count} scores in exactly these shares, in ascending order. */
    List<Double> of(int count) {
        List<Double> scores = new ArrayList<>(count);
        double upTo = 0;
        for (int step = 0; step < shares.length; step++) {
            upTo += shares[step];
            long end = Math.round(upTo * count);
            while (scores.size() < end) {
                scores.add(step / (shares.length - 1.0));
            }
        }
        return scores;
    }
}
