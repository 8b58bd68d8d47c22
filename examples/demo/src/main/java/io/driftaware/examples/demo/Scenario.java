package io.driftaware.examples.demo;

import java.util.Locale;

/**
 * What the recent period looks like. The baseline period is the same in both.
 */
enum Scenario {
    /** Nothing changed. */
    BASELINE(0, Scenario.USUAL_REFUSAL_RATE, Scores.USUAL),
    /** Three new topics make up a fifth of the traffic, and the assistant refuses more often. */
    DRIFT(0.2, 0.09, Scores.SLIGHTLY_LOWER);

    static final double USUAL_REFUSAL_RATE = 0.02;

    private final double newTopicShare;
    private final double recentRefusalRate;
    private final Scores recentScores;

    Scenario(double newTopicShare, double recentRefusalRate, Scores recentScores) {
        this.newTopicShare = newTopicShare;
        this.recentRefusalRate = recentRefusalRate;
        this.recentScores = recentScores;
    }

    double newTopicShare() {
        return newTopicShare;
    }

    double recentRefusalRate() {
        return recentRefusalRate;
    }

    Scores recentScores() {
        return recentScores;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
