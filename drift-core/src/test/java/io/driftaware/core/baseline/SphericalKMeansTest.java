package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SphericalKMeansTest {

    @Test
    void finds_topics_that_are_far_apart() {
        SyntheticTopics topics = new SyntheticTopics(16, 3, .2, 4);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(topics.row(i % 3));
        }
        UnitVectors units = topics.units(rows);
        UnitVectors centroids = SphericalKMeans.fit(units, 3, new SplitMix64(1));
        int[] cluster = Nearest.of(units, new DotProducts(centroids), 1).index();
        assertThat(List.of(cluster[0], cluster[1], cluster[2])).doesNotHaveDuplicates();
        for (int i = 3; i < 300; i++) {
            assertThat(cluster[i]).isEqualTo(cluster[i % 3]);
        }
    }

    @Test
    void centroids_have_length_one() {
        SyntheticTopics topics = new SyntheticTopics(5, 4, 1, 4);
        UnitVectors centroids = SphericalKMeans.fit(topics.units(topics.rows(200, 4)), 10, new SplitMix64(1));
        assertThat(centroids.count()).isEqualTo(10);
        for (int c = 0; c < 10; c++) {
            double squares = 0;
            for (int i = 0; i < 5; i++) {
                double x = centroids.components()[c * 5 + i];
                squares += x * x;
            }
            // Five components, each rounded to a float
            assertThat(squares).isCloseTo(1, within(5 * 0x1p-23));
        }
    }

    @Test
    void there_are_no_more_clusters_than_distinct_rows() {
        UnitVectors rows = UnitVectors.wrap(2, new float[] {1, 0, 0, 1, 1, 0, 0, 1, -1, 0});
        assertThat(SphericalKMeans.fit(rows, 5, new SplitMix64(3)).count()).isEqualTo(3);
    }

    @Test
    void rows_that_cancel_out_keep_their_centroid() {
        UnitVectors rows = UnitVectors.wrap(2, new float[] {1, 0, -1, 0});
        UnitVectors centroids = SphericalKMeans.fit(rows, 1, new SplitMix64(3));
        assertThat(Math.abs(centroids.components()[0])).isEqualTo(1);
    }
}
