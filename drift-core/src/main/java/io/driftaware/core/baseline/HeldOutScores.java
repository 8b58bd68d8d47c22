package io.driftaware.core.baseline;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;

/**
 * What held-out rows score against the fit half: their novelty, neighbours, and scaled random features.
 *
 * @param novelty of each row
 * @param nearest vectors of the sketch, row by row
 * @param features one row each
 */
record HeldOutScores(float[] novelty, int[] nearest, DMatrixRMaj features) {

    private static final double FEATURE_LENGTH = 1 / Math.sqrt(RandomFeatures.FREQUENCIES);

    static HeldOutScores of(UnitVectors rows, Reference reference) {
        int dimension = rows.dimension();
        float[] novelty = new float[rows.count()];
        DMatrixRMaj features = new DMatrixRMaj(rows.count(), RandomFeatures.FEATURES);
        Scorer scorer = reference.scorer();
        int neighbours = scorer.neighbours();
        int[] nearest = new int[rows.count() * neighbours];
        for (int from = 0; from < rows.count(); from += DotProducts.BATCH) {
            int size = Math.min(DotProducts.BATCH, rows.count() - from);
            scorer.score(Arrays.copyOfRange(rows.components(), from * dimension, (from + size) * dimension), size);
            for (int row = 0; row < size; row++) {
                novelty[from + row] = scorer.novelty(row);
                for (int i = 0; i < neighbours; i++) {
                    nearest[(from + row) * neighbours + i] = scorer.nearest(row, i);
                }
                for (int i = 0; i < RandomFeatures.FEATURES; i++) {
                    features.unsafe_set(from + row, i, FEATURE_LENGTH * scorer.feature(row, i));
                }
            }
        }
        return new HeldOutScores(novelty, nearest, features);
    }
}
