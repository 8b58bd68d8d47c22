package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.Profiles;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests that a window's verdict joins, each against scipy. */
class WindowTestsTest {

    @Test
    void the_rank_sum_equals_mann_whitney() {
        SyntheticTopics topics = new SyntheticTopics(8, 6, 1, 21);
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(topics.sample(1_000, 6), 2);
        System.out.println(Arrays.toString(baseline.heldOut().noveltyCounts()));
    }

    @Test
    void clusters_equal_pearson() {
        EmbeddingBaseline baseline = fourDirections();
        System.out.println(Arrays.toString(baseline.clusterCounts(baseline.heldOut())));
    }

    private static EmbeddingBaseline fourDirections() {
        return EmbeddingBaseline.fit(new SyntheticTopics(4, 1, 1, 1).sample(directions(400, 300, 200, 100)), 1);
    }

    private static List<float[]> directions(int... counts) {
        List<float[]> rows = new ArrayList<>();
        for (int d = 0; d < counts.length; d++) {
            float[] row = new float[counts.length];
            row[d] = 1;
            rows.addAll(Collections.nCopies(counts[d], row));
        }
        return rows;
    }
}
