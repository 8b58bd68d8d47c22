package io.driftaware.core.baseline;

import java.util.Arrays;

/**
 * For each row, which of some vectors are nearest by cosine.
 *
 * @param most how many for each row
 * @param index row i's from {@code i * most} on, the nearest first
 */
record Nearest(int most, int[] index) {

    static Nearest of(UnitVectors rows, DotProducts vectors, int most) {
        int dimension = rows.dimension();
        int[] index = new int[rows.count() * most];
        DotProducts.Workspace work = vectors.workspace();
        int[] at = new int[DotProducts.BATCH * most];
        float[] greatest = new float[DotProducts.BATCH * most];
        for (int from = 0; from < rows.count(); from += DotProducts.BATCH) {
            int size = Math.min(DotProducts.BATCH, rows.count() - from);
            float[] batch = Arrays.copyOfRange(rows.components(), from * dimension, (from + size) * dimension);
            vectors.nearest(batch, size, most, greatest, at, work);
            System.arraycopy(at, 0, index, from * most, size * most);
        }
        return new Nearest(most, index);
    }

    /** For each of these vectors the others among them: as if it came later than all. */
    static Nearest others(UnitVectors own, DotProducts products, int most) {
        Nearest withSelf = of(own, products, most + 1);
        int[] index = new int[own.count() * most];
        for (int row = 0; row < own.count(); row++) {
            int kept = row * most;
            for (int i = 0; i <= most && kept < (row + 1) * most; i++) {
                int other = withSelf.index[row * (most + 1) + i];
                if (other != row) {
                    index[kept++] = other;
                }
            }
        }
        return new Nearest(most, index);
    }
}
