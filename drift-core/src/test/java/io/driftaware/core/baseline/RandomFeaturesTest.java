package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomFeaturesTest {

    private static final int DIMENSION = 7;
    private static final double BANDWIDTH = 1.3;

    @Test
    void products_of_features_are_the_gaussian_kernel() {
        SyntheticTopics topics = new SyntheticTopics(DIMENSION, 2, 1, 1);
        UnitVectors pair = topics.units(topics.rows(2, 2));
        double kernel = Math.exp(-pair.squaredDistance(0, 1) / BANDWIDTH);
        int draws = 200;
        double sum = 0;
        for (int seed = 0; seed < draws; seed++) {
            double[] features = features(new RandomFeatures(DIMENSION, BANDWIDTH, seed), pair);
            for (int i = 0; i < RandomFeatures.FEATURES; i++) {
                sum += features[i] * features[RandomFeatures.FEATURES + i] / RandomFeatures.FREQUENCIES;
            }
        }
        // A mean of 200 x 128 cosines, whose variance is at most 1/2: four standard errors
        assertThat(sum / draws).isCloseTo(kernel, within(4 * Math.sqrt(.5 / (draws * RandomFeatures.FREQUENCIES))));
    }

    @Test
    void the_seed_makes_the_features() {
        SyntheticTopics topics = new SyntheticTopics(DIMENSION, 2, 1, 1);
        UnitVectors pair = topics.units(topics.rows(2, 2));
        double[] features = features(new RandomFeatures(DIMENSION, BANDWIDTH, 5), pair);
        assertThat(features(new RandomFeatures(DIMENSION, BANDWIDTH, 5), pair)).isEqualTo(features);
        assertThat(features(new RandomFeatures(DIMENSION, BANDWIDTH, 6), pair)).isNotEqualTo(features);
    }

    private static double[] features(RandomFeatures random, UnitVectors pair) {
        double[] features = new double[2 * RandomFeatures.FEATURES];
        random.of(pair.components(), 2, features, new float[2 * RandomFeatures.FREQUENCIES], random.workspace());
        return features;
    }
}
