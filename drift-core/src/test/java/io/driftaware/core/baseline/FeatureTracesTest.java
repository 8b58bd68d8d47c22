package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class FeatureTracesTest {

    /** Normal rows with eigenvalues 1, 1/2, ... 1/20; the sample's own traces of squares and cubes are far above these. */
    @Test
    void traces_are_those_of_the_distribution_and_not_of_the_sample() {
        int rows = 60;
        int dimension = 20;
        int draws = 400;
        double[] expected = new double[3];
        for (int i = 1; i <= dimension; i++) {
            for (int power = 1; power <= 3; power++) {
                expected[power - 1] += Math.pow(1.0 / i, power);
            }
        }
        Random random = new Random(1);
        double[] mean = new double[3];
        double[] squares = new double[3];
        for (int draw = 0; draw < draws; draw++) {
            FeatureTraces traces = FeatureTraces.of(normal(random, rows, dimension));
            double[] values = {traces.first(), traces.second(), traces.third()};
            for (int k = 0; k < 3; k++) {
                mean[k] += values[k] / draws;
                squares[k] += values[k] * values[k] / draws;
            }
        }
        for (int k = 0; k < 3; k++) {
            double standardError = Math.sqrt((squares[k] - mean[k] * mean[k]) / draws);
            // The cubes are unbiased to first order only: the next is of the order of 6 / rows^2.
            assertThat(mean[k])
                    .isCloseTo(expected[k], within(4 * standardError + (k == 2 ? 6.0 / rows / rows * 10 : 0)));
        }
    }

    @Test
    void equal_rows_have_none() {
        DMatrixRMaj rows = new DMatrixRMaj(10, 3);
        rows.fill(.5);
        assertThat(FeatureTraces.of(rows)).isEqualTo(new FeatureTraces(0, 0, 0));
    }

    private static DMatrixRMaj normal(Random random, int rows, int dimension) {
        DMatrixRMaj matrix = new DMatrixRMaj(rows, dimension);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < dimension; j++) {
                matrix.set(i, j, random.nextGaussian() / Math.sqrt(j + 1));
            }
        }
        return matrix;
    }
}
