package io.driftaware.core.profile;

/**
 * Rows that numpy makes too, bit for bit: {@code lat(n, d, a, b) = ((arange(n)[:,None]*a + arange(d)*b) % 10007 / 10007 -
 * .5)}, and the result {@code (offset + scale * lat).astype(float32)}.
 */
public final class Lattice {

    private Lattice() {}

    public static float[][] rows(int rows, int dimension, long a, long b, double offset, double scale) {
        float[][] result = new float[rows][dimension];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < dimension; j++) {
                result[i][j] = (float) (offset + scale * ((i * a + j * b) % 10007 / 10007.0 - .5));
            }
        }
        return result;
    }

    public static EmbeddingProfile profile(float[][] rows) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(rows[0].length);
        for (float[] row : rows) {
            recorder.add(row);
        }
        return recorder.snapshot();
    }
}
