package io.driftaware.core.baseline;

import java.util.Arrays;

/**
 * Clusters of unit vectors by cosine: Lloyd's iteration with centroids scaled back to length 1 (Dhillon and Modha, "Concept
 * decompositions for large sparse text data using clustering", Machine Learning 42, 2001), started as k-means++ starts
 * (Arthur and Vassilvitskii, SODA 2007). Costs rows x k x dimension per round.
 */
final class SphericalKMeans {

    private static final int MAX_ROUNDS = 25;

    private SphericalKMeans() {}

    /**
     * Finds centroids.
     *
     * @param k how many clusters are wanted
     * @return the centroids: fewer than k where there are fewer distinct rows
     */
    static UnitVectors fit(UnitVectors rows, int k, SplitMix64 random) {
        int dimension = rows.dimension();
        float[] centroids = start(rows, k, random);
        int[] assigned = new int[rows.count()];
        Arrays.fill(assigned, -1);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            DotProducts products = new DotProducts(UnitVectors.wrap(dimension, centroids));
            int[] next = Nearest.of(rows, products, 1).index();
            if (Arrays.equals(next, assigned)) {
                break;
            }
            assigned = next;
            centroids = means(rows, assigned, centroids);
        }
        return UnitVectors.wrap(dimension, centroids);
    }

    private static float[] start(UnitVectors rows, int k, SplitMix64 random) {
        int dimension = rows.dimension();
        int count = rows.count();
        float[] centroids = new float[k * dimension];
        double[] distance = new double[count];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        int chosen = random.nextInt(count);
        for (int c = 0; c < k; c++) {
            System.arraycopy(rows.components(), chosen * dimension, centroids, c * dimension, dimension);
            double total = 0;
            for (int i = 0; i < count; i++) {
                distance[i] = Math.min(distance[i], rows.squaredDistance(i, chosen));
                total += distance[i];
            }
            if (total == 0) {
                return Arrays.copyOf(centroids, (c + 1) * dimension);
            }
            chosen = draw(distance, total * random.nextDouble());
        }
        return centroids;
    }

    private static int draw(double[] weights, double target) {
        double sum = 0;
        int last = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                sum += weights[i];
                if (sum > target) {
                    break;
                }
            }
        }
        return last;
    }

    /** A cluster that lost all its rows, or whose rows cancel out, keeps its centroid. */
    private static float[] means(UnitVectors rows, int[] assigned, float[] before) {
        int dimension = rows.dimension();
        double[] sums = new double[before.length];
        float[] components = rows.components();
        for (int row = 0; row < assigned.length; row++) {
            int to = assigned[row] * dimension;
            int from = row * dimension;
            for (int i = 0; i < dimension; i++) {
                sums[to + i] += components[from + i];
            }
        }
        float[] means = before.clone();
        float[] mean = new float[dimension];
        for (int c = 0; c < before.length / dimension; c++) {
            for (int i = 0; i < dimension; i++) {
                mean[i] = (float) sums[c * dimension + i];
            }
            if (UnitVectors.normalise(mean, 0, mean, 0, dimension)) {
                System.arraycopy(mean, 0, means, c * dimension, dimension);
            }
        }
        return means;
    }
}
