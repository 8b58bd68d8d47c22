package io.driftaware.core.baseline;

import io.driftaware.core.profile.StoredForm;
import java.nio.ByteBuffer;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

/**
 * Traces of the covariance of the scaled random features and of its second and third power: the sums of its eigenvalues, of
 * their squares and cubes.
 *
 * @param first sum of the eigenvalues, 0 to 1
 * @param second sum of their squares
 * @param third sum of their cubes
 */
public record FeatureTraces(double first, double second, double third) {

    static final int STORED_BYTES = 3 * Double.BYTES;

    /** @throws IllegalArgumentException if these are not traces of a covariance */
    static FeatureTraces read(ByteBuffer in, String what) {
        FeatureTraces traces = new FeatureTraces(in.getDouble(), in.getDouble(), in.getDouble());
        for (double trace : new double[] {traces.first, traces.second, traces.third}) {
            // Written so that NaN is refused too.
            StoredForm.check(
                    trace >= 0 && trace < Double.POSITIVE_INFINITY,
                    what + ": feature trace " + trace + " is not 0 or more");
        }
        return traces;
    }

    /**
     * P(sum of l_i chi2_1 >= value) for eigenvalues l with these traces, by matching three moments to a chi-squared variable (Hall
     * 1983; Buckley and Eagleson 1988).
     */
    double upper(double value) {
        double degrees = second * second * second / (third * third);
        double at = degrees + (value - first) * Math.sqrt(degrees / second);
        // Written so that nothing that varies counts as no difference.
        return at > 0 ? ChiSquaredDistribution.of(degrees).survivalProbability(at) : 1;
    }

    void write(ByteBuffer out) {
        out.putDouble(first).putDouble(second).putDouble(third);
    }

    /**
     * The traces of a sample covariance, their bias from the number of rows taken off. With n degrees of freedom E tr S2 =
     * (tr C)^2 / n + (n + 1)/n tr C2, and to first order E tr S3 = tr C3 + 3 tr C tr C2 / n + (tr C)^3 / n^2 (Gaussian rows;
     * Muirhead, "Aspects of multivariate statistical theory", 1982).
     *
     * @param rows one row of features each
     */
    static FeatureTraces of(DMatrixRMaj rows) {
        int count = rows.numRows;
        DMatrixRMaj means = CommonOps_DDRM.sumCols(rows, null);
        CommonOps_DDRM.scale(1.0 / count, means);
        DMatrixRMaj centred = rows.copy();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < rows.numCols; j++) {
                centred.unsafe_set(i, j, centred.unsafe_get(i, j) - means.unsafe_get(0, j));
            }
        }
        double n = count - 1.0;
        DMatrixRMaj covariance = new DMatrixRMaj(rows.numCols, rows.numCols);
        CommonOps_DDRM.multInner(centred, covariance);
        CommonOps_DDRM.scale(1 / n, covariance);
        DMatrixRMaj square = new DMatrixRMaj(rows.numCols, rows.numCols);
        CommonOps_DDRM.multInner(covariance, square);

        double first = CommonOps_DDRM.trace(covariance);
        double norm = NormOps_DDRM.normF(covariance);
        double second = (norm * norm - first * first / n) * n / (n + 1);
        double third = sumOfProducts(square, covariance) - 3 * first * second / n - first * first * first / (n * n);
        second = Math.max(second, 0);
        // No eigenvalues have a smaller third sum (Cauchy and Schwarz).
        double least = first > 0 ? second * second / first : 0;
        return new FeatureTraces(first, second, Math.max(third, least));
    }

    /** tr(A B) for symmetric A and B. */
    private static double sumOfProducts(DMatrixRMaj a, DMatrixRMaj b) {
        double sum = 0;
        for (int i = 0; i < a.getNumElements(); i++) {
            sum += a.get(i) * b.get(i);
        }
        return sum;
    }
}
