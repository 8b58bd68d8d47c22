package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NovelTopicsTest {

    private static final int DIMENSION = 64;
    private static final int KNOWN = 6;
    private static final int[] SIZES = {14, 9, 5};
    private static final int NOISE = 6;

    /** Six known topics, three new ones, and six rows that have nothing in common. */
    private static final SyntheticTopics TOPICS = new SyntheticTopics(DIMENSION, KNOWN + SIZES.length + NOISE, .7, 8);

    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(TOPICS.sample(1_000, KNOWN), 1);

    private final SyntheticTopics topics = TOPICS.again(1);

    @Test
    void three_new_topics_are_told_apart_and_from_the_noise() {
        List<Integer> topicOf = new ArrayList<>();
        for (int t = 0; t < SIZES.length; t++) {
            topicOf.addAll(Collections.nCopies(SIZES[t], KNOWN + t));
        }
        for (int i = 0; i < NOISE; i++) {
            topicOf.add(KNOWN + SIZES.length + i);
        }
        Collections.shuffle(topicOf, new Random(2));
        List<float[]> rows = topicOf.stream().map(topics::row).toList();

        List<List<Integer>> groups = NovelTopics.group(rows, BASELINE);

        assertThat(groups).extracting(List::size).containsExactly(14, 9, 5, 1, 1, 1, 1, 1, 1);
        Set<Integer> seen = new HashSet<>();
        for (List<Integer> group : groups) {
            assertThat(group.stream().map(topicOf::get).distinct()).hasSize(1);
            seen.addAll(group);
        }
        assertThat(seen).hasSize(rows.size());
    }

    @Test
    void the_most_typical_row_comes_first() {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            rows.add(topics.row(KNOWN));
        }
        float[] centre = new float[DIMENSION];
        for (float[] row : rows) {
            for (int i = 0; i < DIMENSION; i++) {
                // Another length changes nothing
                centre[i] += 1_000 * row[i];
            }
        }
        rows.add(5, centre);
        List<List<Integer>> groups = NovelTopics.group(rows, BASELINE);
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0)).hasSize(9).startsWith(5);
    }

    @Test
    void nothing_makes_no_groups_and_one_row_makes_one() {
        assertThat(NovelTopics.group(List.of(), BASELINE)).isEmpty();
        assertThat(NovelTopics.group(List.of(topics.row(0)), BASELINE)).isEqualTo(List.of(List.of(0)));
    }

    @Test
    void vectors_that_cannot_be_compared_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NovelTopics.group(List.of(topics.row(0), new float[DIMENSION]), BASELINE))
                .withMessage("vector 1 of 64 components has no direction, or not 64 components");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NovelTopics.group(List.of(new float[] {1}), BASELINE))
                .withMessageContaining("vector 0 of 1 components");
    }
}
