package io.driftaware.examples.sampledata;

import java.util.List;

/**
 * What a period's traffic is like.
 *
 * @param topicWeights weight of each {@link Topic}, in its order; they add up to 100
 * @param refusalRate share of refused interactions, 0 to 1
 * @param toxicityRate share of toxic answers, 0 to 1
 * @param alpha of the Beta distribution of the ratings
 * @param beta of the Beta distribution of the ratings
 * @param noise standard deviation, per dimension, of a query around its topic
 */
record Behaviour(
        List<Integer> topicWeights, double refusalRate, double toxicityRate, double alpha, double beta, double noise) {
    static final Behaviour USUAL = new Behaviour(List.of(50, 40, 10, 0, 0), 0.02, 0.01, 8, 2, 0.1);

    Behaviour {
        topicWeights = List.copyOf(topicWeights);
        int total = topicWeights.stream().mapToInt(Integer::intValue).sum();
        if (topicWeights.size() != Topic.values().length || total != 100) {
            throw new IllegalArgumentException("topic weights " + topicWeights + " are not one per topic, of 100");
        }
    }
}
