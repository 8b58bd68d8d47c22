package io.driftaware.core.baseline;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Vectors of one dimension, scaled to length 1, one after the other in one array. */
final class UnitVectors {

    private final int dimension;
    private final float[] components;

    private UnitVectors(int dimension, float[] components) {
        this.dimension = dimension;
        this.components = components;
    }

    /** Takes over the array, whose vectors have length 1 already. */
    static UnitVectors wrap(int dimension, float[] components) {
        return new UnitVectors(dimension, components);
    }

    static UnitVectors read(ByteBuffer in, int dimension, int count) {
        float[] components = new float[Math.multiplyExact(dimension, count)];
        for (int i = 0; i < components.length; i++) {
            components[i] = in.getFloat();
        }
        return new UnitVectors(dimension, components);
    }

    void write(ByteBuffer out) {
        for (float component : components) {
            out.putFloat(component);
        }
    }

    /**
     * Writes x / |x|.
     *
     * @return false, with nothing useful written, where x has no direction: a component is not finite, or all are zero
     */
    static boolean normalise(float[] from, int fromOffset, float[] to, int toOffset, int dimension) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i <= dimension - 4; i += 4) {
            int at = fromOffset + i;
            s0 += (double) from[at] * from[at];
            s1 += (double) from[at + 1] * from[at + 1];
            s2 += (double) from[at + 2] * from[at + 2];
            s3 += (double) from[at + 3] * from[at + 3];
        }
        for (; i < dimension; i++) {
            s0 += (double) from[fromOffset + i] * from[fromOffset + i];
        }
        double squared = (s0 + s1) + (s2 + s3);
        // Written so that NaN has no direction either.
        if (!(squared > 0 && squared < Double.POSITIVE_INFINITY)) {
            return false;
        }
        double scale = 1 / Math.sqrt(squared);
        for (int j = 0; j < dimension; j++) {
            to[toOffset + j] = (float) (from[fromOffset + j] * scale);
        }
        return true;
    }

    int dimension() {
        return dimension;
    }

    int count() {
        return components.length / dimension;
    }

    /** The array itself: row i starts at i * dimension. Not to be changed. */
    float[] components() {
        return components;
    }

    UnitVectors first(int rows) {
        return new UnitVectors(dimension, Arrays.copyOf(components, rows * dimension));
    }

    /** The rows from one on; none where there are no more. */
    UnitVectors from(int row) {
        int start = Math.min(components.length, row * dimension);
        return new UnitVectors(dimension, Arrays.copyOfRange(components, start, components.length));
    }

    UnitVectors subset(int[] rows, int from, int to) {
        float[] chosen = new float[(to - from) * dimension];
        for (int i = from; i < to; i++) {
            System.arraycopy(components, rows[i] * dimension, chosen, (i - from) * dimension, dimension);
        }
        return new UnitVectors(dimension, chosen);
    }

    double squaredDistance(int row, int other) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            double difference = (double) components[row * dimension + i] - components[other * dimension + i];
            sum += difference * difference;
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnitVectors that
                && dimension == that.dimension
                && Arrays.equals(components, that.components);
    }

    @Override
    public int hashCode() {
        return 31 * dimension + Arrays.hashCode(components);
    }
}
