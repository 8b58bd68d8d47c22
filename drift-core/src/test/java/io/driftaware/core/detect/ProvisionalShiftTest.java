package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProvisionalShiftTest {

    private static final int DRAWS = 400;

    @Test
    void the_sample_data_of_the_original_drifts_in_the_one_scenario_and_not_in_the_other() {
        for (int seed = 0; seed < SampleTopics.SEEDS; seed++) {
            SampleTopics topics = new SampleTopics(seed);
            List<EmbeddingProfile> baseline = buckets(topics, 200, SampleTopics.USUAL);
            assertThat(exceeded(buckets(topics, 150, SampleTopics.USUAL), baseline))
                    .as("seed %d, baseline", seed)
                    .isFalse();
            assertThat(exceeded(buckets(topics, 150, SampleTopics.DRIFTED), baseline))
                    .as("seed %d, drift", seed)
                    .isTrue();
        }
    }

    /**
     * The test alone, without the effect. Its normal limit runs a little hot where few directions carry the noise: bounded
     * here at 2.5 % and four standard errors.
     */
    @Test
    void the_test_alone_fires_rarely_without_drift() {
        Random random = new Random(5);
        int fired = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            if (MeanShift.of(rows(random, 60, 0), rows(random, 80, 0)).pValue() <= ProvisionalShift.LEVEL) {
                fired++;
            }
        }
        assertThat(fired).isLessThanOrEqualTo((int) (DRAWS * (.025 + 4 * Math.sqrt(.025 * .975 / DRAWS))));
    }

    @Test
    void a_mean_that_moved_is_found() {
        Random random = new Random(6);
        assertThat(MeanShift.of(rows(random, 60, .5), rows(random, 80, 0)).pValue())
                .isLessThan(1e-6);
    }

    /** Thirty rows of one session, all alike, in one bucket: as if one row had come. */
    @Test
    void a_burst_in_one_bucket_is_no_evidence() {
        Random random = new Random(7);
        List<EmbeddingProfile> recent = rows(random, 60, 0);
        EmbeddingRecorder burst = new EmbeddingRecorder(32);
        float[] same = vector(random, 0);
        for (int i = 0; i < 30; i++) {
            burst.add(same);
        }
        recent.add(burst.snapshot());
        assertThat(MeanShift.of(recent, rows(random, 80, 0)).pValue()).isGreaterThan(.05);
    }

    @Test
    void too_few_rows_or_too_few_buckets_are_no_comparison() {
        Random random = new Random(8);
        List<EmbeddingProfile> enough = rows(random, 80, 0);
        assertThat(ProvisionalShift.withDefaults().compare(rows(random, 49, 0), enough))
                .asInstanceOf(type(Finding.Insufficient.class))
                .satisfies(finding -> assertThat(finding.detector()).isEqualTo(ProvisionalShift.NAME))
                .satisfies(finding -> assertThat(finding.reason()).contains("49 embeddings, 50 are needed"));
        List<EmbeddingProfile> together = List.of(EmbeddingProfile.merge(enough));
        assertThat(ProvisionalShift.withDefaults().withMinimumSamples(10).compare(together, enough))
                .isInstanceOf(Finding.Insufficient.class);
    }

    @Test
    void equal_vectors_give_no_evidence() {
        List<EmbeddingProfile> same = equal(1, 2, 3);
        assertThat(exceeded(same, same)).isFalse();
        assertThat(MeanShift.of(same, same).pValue()).isEqualTo(.5);
    }

    @Test
    void two_windows_of_equal_vectors_that_differ_from_each_other_have_drifted() {
        assertThat(exceeded(equal(0, 1, 0), equal(1, 0, 0))).isTrue();
    }

    /** Buckets of one row; the means are taken out differently, which is of the order of 1/n. */
    @Test
    void single_rows_give_the_statistic_of_the_paper() {
        Random random = new Random(9);
        List<EmbeddingProfile> x = rows(random, 40, 0);
        List<EmbeddingProfile> y = rows(random, 50, .1);
        double expected = chenQin(x, y);
        assertThat(MeanShift.of(x, y).pValue()).isCloseTo(PValues.normalUpper(expected), within(1e-3));
    }

    /** U over its standard deviation, from the sums over pairs of rows as they are written in the paper. */
    private static double chenQin(List<EmbeddingProfile> x, List<EmbeddingProfile> y) {
        double[][] a = x.stream().map(EmbeddingProfile::centroid).toArray(double[][]::new);
        double[][] b = y.stream().map(EmbeddingProfile::centroid).toArray(double[][]::new);
        double cross = 0;
        for (double[] one : a) {
            for (double[] other : b) {
                cross += dot(one, other) / (a.length * b.length);
            }
        }
        double u = pairs(a) + pairs(b) - 2 * cross;
        double n = a.length;
        double m = b.length;
        double variance = 2 / (n * (n - 1)) * traceOfSquare(a)
                + 2 / (m * (m - 1)) * traceOfSquare(b)
                + 4 / (n * m) * traceOfProduct(a, b);
        return u / Math.sqrt(variance);
    }

    private static double pairs(double[][] rows) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                sum += i == j ? 0 : dot(rows[i], rows[j]);
            }
        }
        return sum / (rows.length * (rows.length - 1.0));
    }

    private static double traceOfSquare(double[][] rows) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                if (i != j) {
                    double[] mean = meanWithout(rows, i, j);
                    sum += dot(minus(rows[i], mean), rows[j]) * dot(minus(rows[j], mean), rows[i]);
                }
            }
        }
        return sum / (rows.length * (rows.length - 1.0));
    }

    private static double traceOfProduct(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum += dot(minus(a[i], meanWithout(a, i, i)), b[j]) * dot(minus(b[j], meanWithout(b, j, j)), a[i]);
            }
        }
        return sum / (a.length * b.length);
    }

    private static double[] meanWithout(double[][] rows, int one, int other) {
        double[] mean = new double[rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; i != one && i != other && k < mean.length; k++) {
                mean[k] += rows[i][k] / (rows.length - (one == other ? 1 : 2));
            }
        }
        return mean;
    }

    private static double[] minus(double[] x, double[] y) {
        double[] difference = x.clone();
        for (int i = 0; i < x.length; i++) {
            difference[i] -= y[i];
        }
        return difference;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static boolean exceeded(List<EmbeddingProfile> recent, List<EmbeddingProfile> baseline) {
        Finding finding = ProvisionalShift.withDefaults().compare(recent, baseline);
        return finding instanceof Finding.Compared compared && compared.exceeded();
    }

    private static List<EmbeddingProfile> buckets(SampleTopics topics, int count, double[] shares) {
        List<EmbeddingProfile> buckets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buckets.add(topics.queries(1, shares, .1));
        }
        return buckets;
    }

    private static List<EmbeddingProfile> equal(float... vector) {
        EmbeddingRecorder one = new EmbeddingRecorder(vector.length);
        one.add(vector);
        return Collections.nCopies(60, one.snapshot());
    }

    private static List<EmbeddingProfile> rows(Random random, int count, double shift) {
        List<EmbeddingProfile> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EmbeddingRecorder one = new EmbeddingRecorder(32);
            one.add(vector(random, shift));
            rows.add(one.snapshot());
        }
        return rows;
    }

    private static float[] vector(Random random, double shift) {
        float[] vector = new float[32];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (shift + random.nextGaussian());
        }
        return vector;
    }
}
