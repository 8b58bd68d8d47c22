package io.driftaware.core.baseline;

import java.util.Arrays;

/** For each row, which of some vectors is nearest by cosine, and that cosine. */
record Nearest(int[] index, float[] cosine) {

    static Nearest of(UnitVectors rows, UnitVectors vectors) {
        return of(rows, new DotProducts(vectors));
    }

    static Nearest of(UnitVectors rows, DotProducts vectors) {
        int dimension = rows.dimension();
        int[] index = new int[rows.count()];
        float[] cosine = new float[rows.count()];
        DotProducts.Workspace work = vectors.workspace();
        int[] at = new int[DotProducts.BATCH];
        float[] greatest = new float[DotProducts.BATCH];
        for (int from = 0; from < rows.count(); from += DotProducts.BATCH) {
            int size = Math.min(DotProducts.BATCH, rows.count() - from);
            float[] batch = Arrays.copyOfRange(rows.components(), from * dimension, (from + size) * dimension);
            vectors.nearest(batch, size, greatest, at, work);
            System.arraycopy(at, 0, index, from, size);
            System.arraycopy(greatest, 0, cosine, from, size);
        }
        return new Nearest(index, cosine);
    }
}
