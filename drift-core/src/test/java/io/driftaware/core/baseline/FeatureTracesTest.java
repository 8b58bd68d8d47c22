package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.Lattice;
import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class FeatureTracesTest {

    @Test
    void equals_numpy() {
        // X = lat(300, 6, 7919, 104729).astype(float32) * [1, .8, .6, .4, .2, .1]; S = numpy.cov(X.T); n = 299;
        // c1 = trace(S); c2 = (trace(S @ S) - c1**2 / n) * n / (n + 1);
        // c3 = trace(S @ S @ S) - 3 * c1 * c2 / n - c1**3 / n**2
        double[] scale = {1, .8, .6, .4, .2, .1};
        float[][] lattice = Lattice.rows(300, 6, 7919, 104729, 0, 1);
        DMatrixRMaj rows = new DMatrixRMaj(300, 6);
        for (int i = 0; i < 300; i++) {
            for (int j = 0; j < 6; j++) {
                rows.set(i, j, lattice[i][j] * scale[j]);
            }
        }
        FeatureTraces traces = FeatureTraces.of(rows);
        // The lattice is rounded to float: 2^-24 relative to each entry
        assertThat(traces.first()).isCloseTo(0.18510714942458772, within(1e-8));
        assertThat(traces.second()).isCloseTo(0.017045609090294435, within(1e-8));
        assertThat(traces.third()).isCloseTo(0.00198731317484907, within(1e-8));
    }

    @Test
    void the_bias_of_a_sample_is_taken_off() {
        double[] eigenvalues = {.3, .2, .1, .1, .05, .05, .05, .05, .05, .05};
        int rows = 60;
        int draws = 2_000;
        double[] sum = new double[3];
        double[] squares = new double[3];
        Random random = new Random(11);
        for (int draw = 0; draw < draws; draw++) {
            FeatureTraces traces = FeatureTraces.of(normal(random, rows, eigenvalues));
            double[] values = {traces.first(), traces.second(), traces.third()};
            for (int i = 0; i < 3; i++) {
                sum[i] += values[i];
                squares[i] += values[i] * values[i];
            }
        }
        for (int power = 1; power <= 3; power++) {
            double truth = 0;
            for (double eigenvalue : eigenvalues) {
                truth += Math.pow(eigenvalue, power);
            }
            double mean = sum[power - 1] / draws;
            double error = Math.sqrt((squares[power - 1] / draws - mean * mean) / draws);
            // Four standard errors. The third trace is corrected to first order only: of E tr S3 = (1 + 3/n + 4/n^2) tr
            // C3 +
            // .. (Wishart) the terms 3/n and 4/n^2 of tr C3 stay, and 3/n^2 tr C tr C2
            double left = power < 3 ? 2.0 / (rows * rows) : 3.0 / (rows - 1) + 10.0 / (rows * rows);
            assertThat(mean).as("trace %d", power).isCloseTo(truth, within(4 * error + left * truth));
        }
        // Without the correction the second would be a fifth too large: tr(C)^2 / n = 1/59 beside tr C2 = .165
        assertThat(sum[1] / draws).isLessThan(.17);
    }

    @Test
    void equal_rows_have_no_covariance() {
        FeatureTraces traces = FeatureTraces.of(new DMatrixRMaj(50, 4, true, filled(200)));
        assertThat(traces).isEqualTo(new FeatureTraces(0, 0, 0));
    }

    private static double[] filled(int size) {
        double[] values = new double[size];
        Arrays.fill(values, .25);
        return values;
    }

    private static DMatrixRMaj normal(Random random, int count, double[] eigenvalues) {
        DMatrixRMaj rows = new DMatrixRMaj(count, eigenvalues.length);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < eigenvalues.length; j++) {
                rows.set(i, j, Math.sqrt(eigenvalues[j]) * random.nextGaussian());
            }
        }
        return rows;
    }
}
