package io.driftaware.examples.sampledata;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A random direction per topic, and unit vectors scattered around it. In many dimensions the noise is far longer. */
final class TopicVectors {
    private final int dimension;
    private final Map<Topic, double[]> directions = new EnumMap<>(Topic.class);

    TopicVectors(int dimension, RandomGenerator random) {
        this.dimension = dimension;
        for (Topic topic : Topic.values()) {
            directions.put(topic, unit(gaussians(1, random)));
        }
    }

    /** A unit vector at the topic's direction plus normal noise of this standard deviation in each dimension. */
    float[] near(Topic topic, double noise, RandomGenerator random) {
        double[] direction = directions.getOrDefault(topic, new double[dimension]);
        double[] vector = gaussians(noise, random);
        for (int i = 0; i < dimension; i++) {
            vector[i] += direction[i];
        }
        unit(vector);
        float[] rounded = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            rounded[i] = (float) vector[i];
        }
        return rounded;
    }

    private double[] gaussians(double deviation, RandomGenerator random) {
        double[] values = new double[dimension];
        for (int i = 0; i < dimension; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        return values;
    }

    private static double[] unit(double[] vector) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        double norm = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= norm;
        }
        return vector;
    }
}
