package io.driftaware.core.baseline;

import org.jspecify.annotations.Nullable;

/**
 * A picture of a baseline in two dimensions: the directions in which its sketch varies most (principal components). Found by
 * orthogonal iteration on at most {@value #MOST_ROWS} rows of the sketch, which are in random order already, so its cost does
 * not grow with the traffic. What is near in the picture may be far apart in the other dimensions; {@link #explained()} says
 * how much of the variance the picture shows. Immutable.
 */
public final class Projection {

    /** Rows of the sketch that the directions are found from, and that are in the picture. */
    public static final int MOST_ROWS = 600;

    private static final int AXES = 2;
    /** Two more directions than wanted make the two converge faster. */
    private static final int DIRECTIONS = 4;

    private static final int ITERATIONS = 25;

    private final int dimension;
    private final double[] mean;
    private final double[][] axes;
    private final double[] explained;
    private final double[][] points;

    private Projection(int dimension, double[] mean, double[][] axes, double[] explained, double[][] points) {
        this.dimension = dimension;
        this.mean = mean;
        this.axes = axes;
        this.explained = explained;
        this.points = points;
    }

    /** Of a baseline; the same one gives the same picture. */
    public static Projection of(EmbeddingBaseline baseline) {
        UnitVectors sketch = baseline.reference().sketch();
        UnitVectors rows = sketch.first(Math.min(MOST_ROWS, sketch.count()));
        int dimension = rows.dimension();
        double[] mean = mean(rows);
        double[][] centred = new double[rows.count()][dimension];
        double variance = 0;
        for (int row = 0; row < centred.length; row++) {
            for (int i = 0; i < dimension; i++) {
                double value = rows.components()[row * dimension + i] - mean[i];
                centred[row][i] = value;
                variance += value * value;
            }
        }
        double[][] directions = directions(centred, dimension);
        double[][] axes = new double[AXES][dimension];
        double[] explained = new double[AXES];
        for (int axis = 0; axis < Math.min(AXES, directions.length); axis++) {
            axes[axis] = pointingUp(directions[axis]);
            for (double[] row : centred) {
                double at = dot(row, axes[axis]);
                explained[axis] += variance > 0 ? at * at / variance : 0;
            }
        }
        double[][] points = new double[centred.length][];
        for (int row = 0; row < centred.length; row++) {
            points[row] = new double[] {dot(centred[row], axes[0]), dot(centred[row], axes[1])};
        }
        return new Projection(dimension, mean, axes, explained, points);
    }

    /** The baseline's rows, [row][x, y]; a new array. */
    public double[][] points() {
        double[][] copy = new double[points.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = points[i].clone();
        }
        return copy;
    }

    /** Share of the variance along x and along y, 0 to 1; a new array. */
    public double[] explained() {
        return explained.clone();
    }

    /**
     * Where a vector lies in the picture, as x and y.
     *
     * @return null where the vector has no direction: a component is not finite, or all are zero
     * @throws IllegalArgumentException if it has another dimension
     */
    public double @Nullable [] place(float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException("a vector of " + vector.length + " components, the baseline has "
                    + dimension + ": place vectors of one model");
        }
        float[] unit = new float[dimension];
        if (!UnitVectors.normalise(vector, 0, unit, 0, dimension)) {
            return null;
        }
        double[] centred = new double[dimension];
        for (int i = 0; i < dimension; i++) {
            centred[i] = unit[i] - mean[i];
        }
        return new double[] {dot(centred, axes[0]), dot(centred, axes[1])};
    }

    private static double[] mean(UnitVectors rows) {
        double[] mean = new double[rows.dimension()];
        for (int i = 0; i < rows.components().length; i++) {
            mean[i % mean.length] += rows.components()[i];
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= rows.count();
        }
        return mean;
    }

    private static double[][] directions(double[][] centred, int dimension) {
        SplitMix64 random = new SplitMix64(dimension);
        double[][] directions = new double[Math.min(DIRECTIONS, dimension)][dimension];
        for (double[] direction : directions) {
            for (int i = 0; i < dimension; i++) {
                direction[i] = random.nextGaussian();
            }
        }
        orthonormalise(directions);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[][] next = new double[directions.length][dimension];
            for (double[] row : centred) {
                for (int j = 0; j < next.length; j++) {
                    double along = dot(row, directions[j]);
                    for (int i = 0; i < dimension; i++) {
                        next[j][i] += along * row[i];
                    }
                }
            }
            orthonormalise(next);
            directions = next;
        }
        return directions;
    }

    /** Gram and Schmidt; a direction that is none becomes zero. */
    private static void orthonormalise(double[][] directions) {
        for (int j = 0; j < directions.length; j++) {
            for (int k = 0; k < j; k++) {
                double along = dot(directions[j], directions[k]);
                for (int i = 0; i < directions[j].length; i++) {
                    directions[j][i] -= along * directions[k][i];
                }
            }
            double length = Math.sqrt(dot(directions[j], directions[j]));
            for (int i = 0; i < directions[j].length; i++) {
                directions[j][i] = length > 1e-12 ? directions[j][i] / length : 0;
            }
        }
    }

    /** An eigenvector has two signs; the one whose largest component is positive is taken. */
    private static double[] pointingUp(double[] direction) {
        double largest = 0;
        for (double component : direction) {
            largest = Math.abs(component) > Math.abs(largest) ? component : largest;
        }
        double[] up = direction.clone();
        if (largest < 0) {
            for (int i = 0; i < up.length; i++) {
                up[i] = -up[i];
            }
        }
        return up;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
