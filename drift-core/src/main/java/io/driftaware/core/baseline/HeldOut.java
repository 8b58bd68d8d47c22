package io.driftaware.core.baseline;

/**
 * Rows of a baseline that new rows are compared with: all that were held out, or those of a part of the week.
 *
 * @param profile the rows, scored against the fit half
 * @param traces of the covariance of their random features
 * @param growth finds topics that have grown over these rows, and those of the fit half that belong to them
 */
public record HeldOut(ScoredProfile profile, FeatureTraces traces, GrowthScan growth) {

    /** A little more than none, so that rounding of the level does not move the edge. */
    private static final double ROUNDING = 1e-6;

    /**
     * The edge of the novelty scale at a quantile of these rows: above it lie at most 1 - level of them. Bins 0 to this index
     * of {@link ScoredProfile#noveltyCounts()} lie at or below the edge.
     *
     * @param level 0.05 to 0.999
     */
    public int edgeAt(double level) {
        double most = (1 - level) * profile.count() + ROUNDING;
        int edge = 0;
        while (edge < profile.bins() - 2 && profile.above(edge) > most) {
            edge++;
        }
        return edge;
    }
}
