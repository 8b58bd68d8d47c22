package io.driftaware.core.baseline;

/** Scores a batch of unit vectors against a baseline, in buffers of its own. For one thread. */
final class Scorer {

    private final DotProducts sketch;
    private final RandomFeatures features;
    private final DotProducts.Workspace sketchWork;
    private final DotProducts.Workspace featureWork;
    private final int neighbours;
    private final float[] cosine;
    private final int[] nearest;
    private final float[] phases = new float[DotProducts.BATCH * RandomFeatures.FREQUENCIES];
    private final double[] feature = new double[DotProducts.BATCH * RandomFeatures.FEATURES];

    /** @param neighbours how many of the nearest vectors are wanted */
    Scorer(DotProducts sketch, int neighbours, RandomFeatures features) {
        this.neighbours = neighbours;
        this.cosine = new float[DotProducts.BATCH * neighbours];
        this.nearest = new int[DotProducts.BATCH * neighbours];
        this.sketch = sketch;
        this.features = features;
        this.sketchWork = sketch.workspace();
        this.featureWork = features.workspace();
    }

    /** @param rows at most {@link DotProducts#BATCH} */
    void score(float[] batch, int rows) {
        sketch.nearest(batch, rows, neighbours, cosine, nearest, sketchWork);
        features.of(batch, rows, feature, phases, featureWork);
    }

    /** 1 - the greatest cosine with a vector of the sketch, 0 to 2. */
    float novelty(int row) {
        return Math.max(0, 1 - cosine[row * neighbours]);
    }

    /** How many of the nearest vectors of the sketch there are. */
    int neighbours() {
        return neighbours;
    }

    /** One of the nearest vectors of the sketch, 0 the nearest. */
    int nearest(int row, int neighbour) {
        return nearest[row * neighbours + neighbour];
    }

    double feature(int row, int index) {
        return feature[row * RandomFeatures.FEATURES + index];
    }

    /** Adds each feature in fixed point. */
    void addFeatures(int row, long[] sums) {
        int from = row * RandomFeatures.FEATURES;
        for (int i = 0; i < RandomFeatures.FEATURES; i++) {
            sums[i] += (long) Math.rint(feature[from + i] * ScoredProfile.FEATURE_SCALE);
        }
    }
}
