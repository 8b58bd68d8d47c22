package io.driftaware.core.baseline;

import java.util.Arrays;

/**
 * The statistic of {@link GrowthScan} for each neighbourhood.
 *
 * @param neighbourhoods of each vector of the sketch, itself first
 * @param sizes of the neighbourhoods, rising; beyond what there is they are cut
 * @param parts at how many vectors a row is counted
 */
record GrowthStatistic(int[][] neighbourhoods, int[] sizes, int parts) {

    interface Visitor {
        void visit(int centre, int size, double recent, double before, double statistic);
    }

    /** Visits the neighbourhoods whose share grew. */
    void scan(long[] recent, double scaling, long[] reference, Visitor visitor) {
        double rows = Arrays.stream(recent).sum() * scaling / parts;
        double total = (double) Arrays.stream(reference).sum() / parts;
        for (int[] neighbourhood : neighbourhoods) {
            long inside = 0;
            long before = 0;
            int size = 0;
            for (int wanted : sizes) {
                int end = Math.min(wanted, neighbourhood.length);
                for (; size < end; size++) {
                    inside += recent[neighbourhood[size]];
                    before += reference[neighbourhood[size]];
                }
                double is = inside * scaling / parts;
                double was = (double) before / parts;
                if (is * total > was * rows) {
                    visitor.visit(neighbourhood[0], size, is, was, logRatio(is, rows, was, total));
                }
            }
        }
    }

    /** Two shares against one. */
    private static double logRatio(double inside, double rows, double before, double total) {
        double pooled = (inside + before) / (rows + total);
        return term(inside, rows * pooled)
                + term(rows - inside, rows * (1 - pooled))
                + term(before, total * pooled)
                + term(total - before, total * (1 - pooled));
    }

    private static double term(double observed, double expected) {
        return observed <= 0 ? 0 : observed * StrictMath.log(observed / expected);
    }
}
