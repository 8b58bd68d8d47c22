package io.driftaware.core.detect;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * The geometry of the Python original's sample data: one unit vector of 1536 dimensions per topic, a query is its topic's
 * vector plus normal noise in each component, normalised.
 */
final class SampleTopics {

    static final int SEEDS = 20;
    static final double[] USUAL = {.5, .4, .1, 0, 0};
    static final double[] DRIFTED = {.2, .2, .1, .25, .25};

    private static final int DIMENSION = 1536;

    private final Random random;
    private final double[][] topics = new double[USUAL.length][];

    SampleTopics(long seed) {
        random = new Random(seed);
        for (int t = 0; t < topics.length; t++) {
            topics[t] =
                    DoubleStream.generate(random::nextGaussian).limit(DIMENSION).toArray();
            normalise(topics[t]);
        }
    }

    EmbeddingProfile queries(int count, double[] shares, double noise) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(DIMENSION);
        double[] query = new double[DIMENSION];
        float[] vector = new float[DIMENSION];
        for (int n = 0; n < count; n++) {
            double[] topic = topics[draw(shares)];
            for (int i = 0; i < DIMENSION; i++) {
                query[i] = topic[i] + noise * random.nextGaussian();
            }
            normalise(query);
            for (int i = 0; i < DIMENSION; i++) {
                vector[i] = (float) query[i];
            }
            recorder.add(vector);
        }
        return recorder.snapshot();
    }

    private int draw(double[] shares) {
        double left = random.nextDouble();
        int topic = 0;
        while (topic < shares.length - 1 && left >= shares[topic]) {
            left -= shares[topic++];
        }
        return topic;
    }

    private static void normalise(double[] vector) {
        double squares = 0;
        for (double x : vector) {
            squares += x * x;
        }
        double length = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= length;
        }
    }
}
