package io.driftaware.core.baseline;

import java.util.Arrays;

/**
 * Dot products of queries with a fixed set of vectors, in float, always in the same order of accumulation: the products of
 * four neighbouring components are added up, and these sums from the first component to the last. So a result does not
 * depend on the batch that a query came in, nor on the machine.
 *
 * <p>The vectors stand transposed in panels of {@value #PANEL}: a row of a panel holds one component of all its vectors, so
 * the inner loop runs over independent sums and the compiler turns it into vector instructions. Each row is an array of
 * its own and each sum is indexed by the loop variable alone; with offsets into one large array HotSpot's vectoriser gives
 * up, and so it does with eight rows at a time on JDK 17 (5 and 7 instead of 27 GFLOP/s). Queries are taken in batches of
 * {@value #BATCH} and components in tiles of {@value #TILE}, so that a tile and the sums stay in the first-level cache.
 */
final class DotProducts {

    /** Queries that are worked on together; other numbers work too. */
    static final int BATCH = 16;

    private static final int PANEL = 256;
    private static final int TILE = 16;
    private static final int STEP = 4;

    private final int dimension;
    private final int count;
    /** Panel, component (padded to a multiple of four), vector. */
    private final float[][][] panels;

    DotProducts(float[] vectors, int count, int dimension) {
        this.dimension = dimension;
        this.count = count;
        int panelCount = (count + PANEL - 1) / PANEL;
        this.panels = new float[panelCount][(dimension + STEP - 1) / STEP * STEP][];
        for (int p = 0; p < panelCount; p++) {
            int width = Math.min(PANEL, count - p * PANEL);
            for (int i = 0; i < panels[p].length; i++) {
                float[] row = new float[width];
                for (int j = 0; i < dimension && j < width; j++) {
                    row[j] = vectors[(p * PANEL + j) * dimension + i];
                }
                panels[p][i] = row;
            }
        }
    }

    DotProducts(UnitVectors vectors) {
        this(vectors.components(), vectors.count(), vectors.dimension());
    }

    /** Buffers for one thread. */
    Workspace workspace() {
        return new Workspace(new float[BATCH][Math.min(PANEL, count)]);
    }

    /** Sums of one panel, for each query of a batch. */
    record Workspace(float[][] sums) {}

    /**
     * The greatest dot products of each query, and the vectors that have them: for query q from {@code q * most} on, falling,
     * equal ones in the order of the vectors.
     *
     * @param queries one after the other
     * @param rows how many, at most {@value #BATCH}
     * @param most at most as many as there are vectors
     */
    void nearest(float[] queries, int rows, int most, float[] greatest, int[] at, Workspace work) {
        Arrays.fill(greatest, 0, rows * most, Float.NEGATIVE_INFINITY);
        Arrays.fill(at, 0, rows * most, -1);
        for (int p = 0; p < panels.length; p++) {
            multiply(panels[p], queries, rows, work);
            for (int q = 0; q < rows; q++) {
                float[] sums = work.sums[q];
                int width = panels[p][0].length;
                int last = (q + 1) * most - 1;
                for (int j = 0; j < width; j++) {
                    if (sums[j] > greatest[last]) {
                        insert(sums[j], p * PANEL + j, q * most, last, greatest, at);
                    }
                }
            }
        }
    }

    private static void insert(float product, int vector, int first, int last, float[] greatest, int[] at) {
        int place = last;
        while (place > first && greatest[place - 1] < product) {
            greatest[place] = greatest[place - 1];
            at[place] = at[place - 1];
            place--;
        }
        greatest[place] = product;
        at[place] = vector;
    }

    /** Every dot product: of query q with vector j at {@code q * count() + j}. */
    void all(float[] queries, int rows, float[] products, Workspace work) {
        for (int p = 0; p < panels.length; p++) {
            multiply(panels[p], queries, rows, work);
            for (int q = 0; q < rows; q++) {
                System.arraycopy(work.sums[q], 0, products, q * count + p * PANEL, panels[p][0].length);
            }
        }
    }

    private void multiply(float[][] panel, float[] queries, int rows, Workspace work) {
        for (int q = 0; q < rows; q++) {
            Arrays.fill(work.sums[q], 0);
        }
        for (int tile = 0; tile < panel.length; tile += TILE) {
            int end = Math.min(panel.length, tile + TILE);
            for (int q = 0; q < rows; q++) {
                multiplyTile(panel, tile, end, queries, q * dimension, work.sums[q]);
            }
        }
    }

    private void multiplyTile(float[][] panel, int from, int to, float[] queries, int query, float[] sums) {
        for (int i = from; i < to; i += STEP) {
            int at = query + i;
            if (i + STEP <= dimension) {
                addRows(
                        panel[i],
                        panel[i + 1],
                        panel[i + 2],
                        panel[i + 3],
                        queries[at],
                        queries[at + 1],
                        queries[at + 2],
                        queries[at + 3],
                        sums);
            } else {
                int last = dimension - i;
                addRows(
                        panel[i],
                        panel[i + 1],
                        panel[i + 2],
                        panel[i + 3],
                        queries[at],
                        last > 1 ? queries[at + 1] : 0,
                        last > 2 ? queries[at + 2] : 0,
                        0,
                        sums);
            }
        }
    }

    private static void addRows(
            float[] row0,
            float[] row1,
            float[] row2,
            float[] row3,
            float x0,
            float x1,
            float x2,
            float x3,
            float[] sums) {
        for (int j = 0; j < row0.length; j++) {
            sums[j] += x0 * row0[j] + x1 * row1[j] + x2 * row2[j] + x3 * row3[j];
        }
    }
}
