package io.driftaware.core.baseline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What new rows are scored against: the sketch, the centroids and the random features, as they come from the fit half of a
 * sample, with their transposed copies for fast products.
 */
final class Reference {

    private static final int ROWS_PER_CLUSTER = 20;
    private static final int MAX_CLUSTERS = 128;
    /** Counting a row at its nearest four, not its nearest one alone, makes the share of a topic less noisy. */
    static final int NEIGHBOURS = 4;

    /** Rows closer than this are taken as equal, and a kernel that tells them apart would see rounding errors. */
    private static final double LEAST_BANDWIDTH = 1e-6;

    private final UnitVectors sketch;
    private final UnitVectors centroids;
    private final double bandwidth;
    private final long featureSeed;
    private final DotProducts sketchProducts;
    private final int[] clusterOfSketch;
    private final RandomFeatures features;

    private Reference(UnitVectors sketch, UnitVectors centroids, double bandwidth, long featureSeed) {
        this.sketch = sketch;
        this.centroids = centroids;
        this.bandwidth = bandwidth;
        this.featureSeed = featureSeed;
        this.sketchProducts = new DotProducts(sketch);
        this.clusterOfSketch = Nearest.of(sketch, new DotProducts(centroids), 1).index();
        this.features = new RandomFeatures(sketch.dimension(), bandwidth, featureSeed);
    }

    /** @param rows in random order */
    static Reference fit(UnitVectors rows, SplitMix64 random) {
        int clusters = Math.max(1, Math.min(MAX_CLUSTERS, rows.count() / ROWS_PER_CLUSTER));
        UnitVectors centroids = SphericalKMeans.fit(rows, clusters, random);
        UnitVectors sketch = rows.first(Math.min(EmbeddingBaseline.MAX_SKETCH, rows.count()));
        return new Reference(sketch, centroids, bandwidth(sketch), random.nextLong());
    }

    /** The median squared distance of neighbours in a random order. */
    private static double bandwidth(UnitVectors rows) {
        if (rows.count() < 2) {
            return 1;
        }
        double[] distances = new double[rows.count() - 1];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = rows.squaredDistance(i, i + 1);
        }
        Arrays.sort(distances);
        double median = distances[distances.length / 2];
        return median > LEAST_BANDWIDTH ? median : 1;
    }

    static Reference read(ByteBuffer in, int dimension, int sketchSize, int clusters, double bandwidth, long seed) {
        UnitVectors sketch = UnitVectors.read(in, dimension, sketchSize);
        return new Reference(sketch, UnitVectors.read(in, dimension, clusters), bandwidth, seed);
    }

    void write(ByteBuffer out) {
        sketch.write(out);
        centroids.write(out);
    }

    Scorer scorer() {
        return new Scorer(sketchProducts, neighbours(), features);
    }

    /** Those of some vectors of the sketch that are nearest to their mean direction, the nearest first. */
    int[] mostCentral(int[] members, int most) {
        UnitVectors chosen = sketch.subset(members, 0, members.length);
        double[] mean = new double[dimension()];
        for (int i = 0; i < chosen.components().length; i++) {
            mean[i % mean.length] += chosen.components()[i];
        }
        double[] central = new double[members.length];
        for (int i = 0; i < chosen.components().length; i++) {
            central[i / mean.length] += chosen.components()[i] * mean[i % mean.length];
        }
        return IntStream.range(0, members.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -central[i]).thenComparing(i -> members[i]))
                .limit(most)
                .mapToInt(i -> members[i])
                .toArray();
    }

    /** The cluster of each vector of the sketch. */
    int clusterOfSketch(int index) {
        return clusterOfSketch[index];
    }

    /** How many vectors of the sketch a row is counted at: the nearest ones. */
    int neighbours() {
        return Math.min(NEIGHBOURS, sketchSize());
    }

    /** For each vector of the sketch the nearest others in it, at most {@code most} of them. */
    Nearest sketchNeighbours(int most) {
        return Nearest.others(sketch, sketchProducts, Math.min(most, sketchSize() - 1));
    }

    /**
     * The vectors of the sketch that are nearest to each of the fitted rows. A row that is in the sketch itself has the nearest
     * other ones, as if it had come later.
     *
     * @param rows the sketch first
     */
    int[] neighboursOf(UnitVectors rows) {
        int[] own = sketchNeighbours(neighbours()).index();
        int[] others = Nearest.of(rows.from(sketchSize()), sketchProducts, neighbours())
                .index();
        return IntStream.concat(Arrays.stream(own), Arrays.stream(others)).toArray();
    }

    /**
     * Half-way between the mean cosine of two rows of one cluster and that of two rows of any, as the sketch has them.
     */
    double cohesion() {
        int dimension = dimension();
        double[][] sums = new double[clusters()][dimension];
        double[] all = new double[dimension];
        int[] counts = new int[clusters()];
        for (int row = 0; row < sketchSize(); row++) {
            int cluster = clusterOfSketch(row);
            counts[cluster]++;
            for (int i = 0; i < dimension; i++) {
                double component = sketch.components()[row * dimension + i];
                sums[cluster][i] += component;
                all[i] += component;
            }
        }
        double within = 0;
        double pairs = 0;
        for (int cluster = 0; cluster < sums.length; cluster++) {
            within += squaredLength(sums[cluster]) - counts[cluster];
            pairs += (double) counts[cluster] * (counts[cluster] - 1);
        }
        double rows = sketchSize();
        double any = rows > 1 ? (squaredLength(all) - rows) / (rows * (rows - 1)) : 1;
        return ((pairs > 0 ? within / pairs : 1) + any) / 2;
    }

    private static double squaredLength(double[] vector) {
        double sum = 0;
        for (double component : vector) {
            sum += component * component;
        }
        return sum;
    }

    int dimension() {
        return sketch.dimension();
    }

    UnitVectors sketch() {
        return sketch;
    }

    int sketchSize() {
        return sketch.count();
    }

    int clusters() {
        return centroids.count();
    }

    double bandwidth() {
        return bandwidth;
    }

    long featureSeed() {
        return featureSeed;
    }

    /** Identifies what rows are scored against, the bins of their novelty included. */
    long fingerprint(NoveltyScale scale) {
        int floats = (sketch.count() + centroids.count()) * dimension() + scale.edges();
        ByteBuffer fitted =
                ByteBuffer.allocate(floats * Float.BYTES + 3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fitted.putLong(dimension()).putLong(featureSeed).putDouble(bandwidth);
        write(fitted);
        scale.write(fitted);
        fitted.flip();
        long hash = 1;
        while (fitted.remaining() >= Long.BYTES) {
            hash = SplitMix64.mix(hash ^ fitted.getLong());
        }
        while (fitted.hasRemaining()) {
            hash = SplitMix64.mix(hash ^ fitted.get());
        }
        return hash;
    }
}
