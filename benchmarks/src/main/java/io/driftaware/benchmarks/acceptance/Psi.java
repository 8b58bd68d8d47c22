package io.driftaware.benchmarks.acceptance;

/** The population stability index, sum (q - p) ln(q / p), half a count added to each cell: the rule of thumb fires above .2. */
final class Psi {
    static final double LIMIT = 0.2;

    private Psi() {}

    static double of(double[] before, double[] now) {
        double totalBefore = 0;
        double totalNow = 0;
        for (int i = 0; i < before.length; i++) {
            totalBefore += before[i] + 0.5;
            totalNow += now[i] + 0.5;
        }
        double psi = 0;
        for (int i = 0; i < before.length; i++) {
            double p = (before[i] + 0.5) / totalBefore;
            double q = (now[i] + 0.5) / totalNow;
            psi += (q - p) * Math.log(q / p);
        }
        return psi;
    }
}
