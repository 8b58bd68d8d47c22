package io.driftaware.core.baseline;

/**
 * Random Fourier features of a Gaussian kernel: psi(x) = (cos wx, sin wx), with frequencies w drawn from N(0, 2/s2 I), so
 * that the mean of psi(x) psi(y) over the frequencies is exp(-|x - y|^2 / s2). Features are left unscaled here, each in
 * [-1, 1]; {@link #FREQUENCIES} divides them where they are used. (Rahimi and Recht, "Random features for large-scale kernel
 * machines", NIPS 2007.) Costs {@value #FREQUENCIES} x dimension and as many sines and cosines for a row.
 */
final class RandomFeatures {

    /** How many frequencies there are; each makes two features. */
    static final int FREQUENCIES = 128;

    static final int FEATURES = 2 * FREQUENCIES;

    private final DotProducts frequencies;

    /** @param bandwidth s2, a squared distance above 0 */
    RandomFeatures(int dimension, double bandwidth, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        double deviation = Math.sqrt(2 / bandwidth);
        float[] omega = new float[FREQUENCIES * dimension];
        for (int i = 0; i < omega.length; i++) {
            omega[i] = (float) (deviation * random.nextGaussian());
        }
        this.frequencies = new DotProducts(omega, FREQUENCIES, dimension);
    }

    DotProducts.Workspace workspace() {
        return frequencies.workspace();
    }

    /**
     * The cosines, then the sines, of each row; row q starts at {@code q * FEATURES}.
     *
     * @param rows at most {@link DotProducts#BATCH}
     */
    void of(float[] vectors, int rows, double[] features, float[] phases, DotProducts.Workspace work) {
        frequencies.all(vectors, rows, phases, work);
        for (int q = 0; q < rows; q++) {
            for (int j = 0; j < FREQUENCIES; j++) {
                double phase = phases[q * FREQUENCIES + j];
                features[q * FEATURES + j] = StrictMath.cos(phase);
                features[q * FEATURES + FREQUENCIES + j] = StrictMath.sin(phase);
            }
        }
    }
}
