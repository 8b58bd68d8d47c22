package io.driftaware.benchmarks;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Vectors like those of an embedding model: around one direction, equal for equal seeds. */
final class Embeddings {
    static final int DIMENSION = 1536;
    static final String MODEL = "benchmark-1536";

    private final RandomGenerator random;
    private final float[] centre;

    Embeddings(long seed) {
        this(seed, DIMENSION);
    }

    Embeddings(long seed, int dimension) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        centre = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            centre[i] = (float) (random.nextGaussian() / Math.sqrt(dimension));
        }
    }

    int dimension() {
        return centre.length;
    }

    void next(float[] into) {
        for (int i = 0; i < centre.length; i++) {
            into[i] = centre[i] + (float) (0.025 * random.nextGaussian());
        }
    }

    float[][] several(int count) {
        float[][] vectors = new float[count][centre.length];
        for (float[] vector : vectors) {
            next(vector);
        }
        return vectors;
    }
}
