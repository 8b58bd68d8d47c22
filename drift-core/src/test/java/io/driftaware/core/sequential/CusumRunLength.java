package io.driftaware.core.sequential;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Average run lengths of CUSUM charts, S = max(0, S + increment), alarm at S >= h, from S = 0. The product has no CUSUM: it
 * is the yardstick that the e-detector is held against, since it is the fastest there is for one known change (Moustakides
 * 1986).
 */
final class CusumRunLength {
    private CusumRunLength() {}

    /**
     * Of Bernoulli observations with S = max(0, S + x - 1/m), exact: S moves on multiples of 1/m (Reynolds and Stoumbos, "A
     * CUSUM chart for monitoring a proportion when inspecting continuously", 1999).
     *
     * @param h a multiple of 1/m
     */
    static double bernoulli(int m, int h, double rate) {
        int states = h * m;
        DMatrixRMaj system = CommonOps_DDRM.identity(states);
        for (int s = 0; s < states; s++) {
            if (s + m - 1 < states) {
                system.add(s, s + m - 1, -rate);
            }
            system.add(s, Math.max(0, s - 1), rate - 1);
        }
        return solve(system)[0];
    }

    /**
     * Of normal observations with reference value k, two-sided, by the integral equation of Page with Gauss-Legendre
     * quadrature (Goel and Wu, "Determination of A.R.L. and a contour nomogram for CUSUM charts", 1971); both sides together
     * by 1/L = 1/L+ + 1/L- (van Dobben de Bruyn 1968).
     */
    static double gaussian(double k, double h, double shift) {
        return 1 / (1 / oneSided(k, h, shift) + 1 / oneSided(k, h, -shift));
    }

    private static double oneSided(double k, double h, double shift) {
        int nodes = 40;
        double[] x = new double[nodes];
        double[] weight = new double[nodes];
        gaussLegendre(h, x, weight);
        NormalDistribution step = NormalDistribution.of(shift - k, 1);
        // Unknowns: L at 0, then L at the nodes. L(s) = 1 + L(0) P(s + step <= 0) + integral of L(x) density(x - s).
        DMatrixRMaj system = CommonOps_DDRM.identity(nodes + 1);
        for (int i = 0; i <= nodes; i++) {
            double s = i == 0 ? 0 : x[i - 1];
            system.add(i, 0, -step.cumulativeProbability(-s));
            for (int j = 0; j < nodes; j++) {
                system.add(i, j + 1, -weight[j] * step.density(x[j] - s));
            }
        }
        return solve(system)[0];
    }

    private static double[] solve(DMatrixRMaj system) {
        DMatrixRMaj ones = new DMatrixRMaj(system.numRows, 1);
        Arrays.fill(ones.data, 1);
        DMatrixRMaj solution = new DMatrixRMaj(system.numRows, 1);
        if (!CommonOps_DDRM.solve(system, ones, solution)) {
            throw new IllegalStateException("singular");
        }
        return solution.data;
    }

    /** Nodes and weights on 0 to h: roots of the Legendre polynomial by Newton's method. */
    private static void gaussLegendre(double h, double[] x, double[] weight) {
        int n = x.length;
        IntToDoubleFunction start = i -> Math.cos(Math.PI * (i + .75) / (n + .5));
        for (int i = 0; i < n; i++) {
            double z = start.applyAsDouble(i);
            double slope = 1;
            for (int round = 0; round < 100; round++) {
                double before = 1;
                double value = z;
                for (int j = 2; j <= n; j++) {
                    double next = ((2 * j - 1) * z * value - (j - 1) * before) / j;
                    before = value;
                    value = next;
                }
                slope = n * (z * value - before) / (z * z - 1);
                z -= value / slope;
            }
            x[i] = h * (1 + z) / 2;
            weight[i] = h / ((1 - z * z) * slope * slope);
        }
    }
}
