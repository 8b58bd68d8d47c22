package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Simulations, all seeded, with tolerances from the delta method: four standard errors and the second-order bias. */
class NoiseFloorTest {

    @Test
    void without_drift_the_debiased_cosine_is_about_zero_and_the_raw_one_is_not() {
        int dimension = 64;
        int n = 50;
        int m = 200;
        int draws = 1000;
        // Noise of squared length s2 = 5 around a mean of length 1: a and b are that of the two centroids.
        double s2 = 5;
        double a = s2 / n;
        double b = s2 / m;
        Random random = new Random(41);
        double debiased = 0;
        double raw = 0;
        for (int i = 0; i < draws; i++) {
            CentroidGeometry geometry = CentroidGeometry.of(
                    aroundOneMean(random, n, dimension, s2), aroundOneMean(random, m, dimension, s2));
            debiased += geometry.debiased() / draws;
            raw += geometry.cosineDistance() / draws;
        }
        double standardError = (a + b) / Math.sqrt(2.0 * dimension) / Math.sqrt(draws);
        double bias = -((a + b) / (2 * dimension) + .75 * (a * a + b * b) / dimension);
        assertThat(debiased).isCloseTo(bias, within(4 * standardError));
        assertThat(raw).isCloseTo(1 - 1 / Math.sqrt((1 + a) * (1 + b)), within(.01));
    }

    @Test
    void the_sample_data_of_the_original_scores_zero_without_drift_though_its_raw_cosine_alarms() {
        double sum = 0;
        for (int seed = 0; seed < SampleTopics.SEEDS; seed++) {
            SampleTopics topics = new SampleTopics(seed);
            EmbeddingProfile baseline = topics.queries(200, SampleTopics.USUAL, .1);
            EmbeddingProfile recent = topics.queries(150, SampleTopics.USUAL, .1);
            CentroidGeometry geometry = CentroidGeometry.of(recent, baseline);
            assertThat(geometry.cosineDistance()).as("seed %d", seed).isGreaterThan(.1);
            assertThat(CentroidShift.withDefaults().compare(recent, baseline))
                    .isInstanceOfSatisfying(Finding.Compared.class, found -> assertThat(found.exceeded())
                            .isFalse());
            sum += geometry.debiased();
        }
        // With c2 the squared shrinkage of normalising, tr(Sigma^2) = c2^2 (d sigma^4 + tr((diag w - w w')^2)) and
        // |mu|^2 = c2 sum w^2; sd^2 = tr(Sigma^2) (1/n + 1/m)^2 / 2 / |mu|^4.
        double traceOfSquare = 1536 * 1e-4 + .2164;
        double meanLength = .42;
        double sd = Math.sqrt(traceOfSquare / 2) * (1 / 150.0 + 1 / 200.0) / meanLength;
        assertThat(sum / SampleTopics.SEEDS).isCloseTo(0, within(4 * sd / Math.sqrt(SampleTopics.SEEDS)));
    }

    @Test
    void the_sample_data_of_the_original_scores_well_above_the_threshold_with_drift() {
        double sum = 0;
        for (int seed = 0; seed < SampleTopics.SEEDS; seed++) {
            SampleTopics topics = new SampleTopics(seed);
            EmbeddingProfile baseline = topics.queries(200, SampleTopics.USUAL, .1);
            EmbeddingProfile recent = topics.queries(150, SampleTopics.DRIFTED, .2);
            assertThat(CentroidShift.withDefaults().compare(recent, baseline))
                    .as("seed %d", seed)
                    .isInstanceOfSatisfying(Finding.Compared.class, found -> assertThat(found.exceeded())
                            .isTrue());
            sum += CentroidGeometry.of(recent, baseline).debiased();
        }
        // 1 - cos of the two topic mixes: 1 - .19 / sqrt(.42 * .215) = .368
        assertThat(sum / SampleTopics.SEEDS).isCloseTo(.368, within(.1));
    }

    @Test
    void samples_without_a_mean_are_insufficient_rather_than_far_apart() {
        Random random = new Random(43);
        int draws = 200;
        int told = 0;
        for (int i = 0; i < draws; i++) {
            EmbeddingProfile recent = aroundOneMean(random, 60, 384, 1e9);
            EmbeddingProfile baseline = aroundOneMean(random, 60, 384, 1e9);
            if (CentroidShift.withDefaults().compare(recent, baseline) instanceof Finding.Compared) {
                told++;
            }
        }
        // n |xbar|^2 / s2 is chi-squared over its 384 degrees of freedom; a share of signal of .1 is 1.11 of its mean,
        // 1.54
        // of its standard deviations, so either side passes with p = .066 and both with .0044.
        double expected = draws * .0044;
        assertThat((double) told).isLessThanOrEqualTo(expected + 4 * Math.sqrt(expected));
    }

    private static EmbeddingProfile aroundOneMean(Random random, int rows, int dimension, double s2) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(dimension);
        double sd = Math.sqrt(s2 / dimension);
        float[] row = new float[dimension];
        for (int n = 0; n < rows; n++) {
            for (int i = 0; i < dimension; i++) {
                row[i] = (float) (random.nextGaussian() * sd + (i == 0 ? 1 : 0));
            }
            recorder.add(row);
        }
        return recorder.snapshot();
    }
}
