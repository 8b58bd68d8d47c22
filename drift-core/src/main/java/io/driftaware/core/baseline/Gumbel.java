package io.driftaware.core.baseline;

/** The distribution of the largest of many, in the shape that many have in common. */
record Gumbel(double location, double scale) {

    private static final double EULER = 0.5772156649015329;
    private static final double LEAST_VARIANCE = 1e-12;

    /** The one with the mean and the variance of a sample, given by its sums. */
    static Gumbel of(double sum, double squares, int count) {
        double mean = sum / count;
        double variance = Math.max(LEAST_VARIANCE, squares / count - mean * mean) * count / (count - 1.0);
        double scale = Math.sqrt(6 * variance) / Math.PI;
        return new Gumbel(mean - EULER * scale, scale);
    }

    /** The probability of at least this. */
    double upper(double value) {
        return -StrictMath.expm1(-StrictMath.exp(-(value - location) / scale));
    }
}
