package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SimilarRowsTest {

    private static final int DIMENSION = 64;
    private static final int KNOWN = 6;
    private static final int[] SIZES = {14, 9, 5};
    private static final int NOISE = 6;

    /** Six known topics, three new ones, and six rows that have nothing in common. */
    private static final SyntheticTopics TOPICS = new SyntheticTopics(DIMENSION, KNOWN + SIZES.length + NOISE, .7, 8);

    private static final double NEARNESS =
            EmbeddingBaseline.fit(TOPICS.sample(1_000, KNOWN), 1).usualNearness();

    private final SyntheticTopics topics = TOPICS.again(1);

    @Test
    void three_new_topics_are_told_apart_and_from_the_noise() {
        List<SimilarRows.Row> rows = new ArrayList<>();
        for (int t = 0; t < SIZES.length; t++) {
            for (int i = 0; i < SIZES[t]; i++) {
                rows.add(row(t, i, topics.row(KNOWN + t)));
            }
        }
        for (int i = 0; i < NOISE; i++) {
            rows.add(row(SIZES.length + i, 0, topics.row(KNOWN + SIZES.length + i)));
        }
        Collections.shuffle(rows, new Random(2));

        List<SimilarRows.Group> groups = SimilarRows.group(rows, NEARNESS);

        assertThat(groups).extracting(group -> group.members().size()).containsExactly(14, 9, 5, 1, 1, 1, 1, 1, 1);
        assertThat(groups).allSatisfy(group -> {
            assertThat(group.members()).startsWith(group.medoid());
            assertThat(group.members().stream()
                            .map(UUID::getMostSignificantBits)
                            .distinct())
                    .hasSize(1);
        });
        assertThat(groups.stream().flatMap(group -> group.members().stream()))
                .doesNotHaveDuplicates()
                .hasSize(rows.size());
        Collections.reverse(rows);
        assertThat(SimilarRows.group(rows, NEARNESS)).isEqualTo(groups);
    }

    @Test
    void the_most_typical_row_stands_for_its_group() {
        List<SimilarRows.Row> rows = new ArrayList<>();
        float[] centre = new float[DIMENSION];
        for (int n = 0; n < 8; n++) {
            float[] row = topics.row(KNOWN);
            rows.add(row(0, n, row));
            for (int i = 0; i < DIMENSION; i++) {
                // Another length changes nothing
                centre[i] += 1_000 * row[i];
            }
        }
        SimilarRows.Row typical = row(0, 99, centre);
        rows.add(5, typical);
        List<SimilarRows.Group> groups = SimilarRows.group(rows, NEARNESS);
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).medoid()).isEqualTo(typical.eventId());
        assertThat(groups.get(0).members()).hasSize(9);
    }

    @Test
    void nothing_makes_no_groups_and_one_row_makes_one() {
        assertThat(SimilarRows.group(List.of(), NEARNESS)).isEmpty();
        SimilarRows.Row one = row(0, 0, topics.row(0));
        assertThat(SimilarRows.group(List.of(one), NEARNESS))
                .containsExactly(new SimilarRows.Group(one.eventId(), List.of(one.eventId())));
    }

    @Test
    void vectors_of_different_dimensions_are_refused() {
        List<SimilarRows.Row> rows = List.of(row(0, 0, topics.row(0)), row(0, 1, new float[] {1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimilarRows.group(rows, NEARNESS))
                .withMessageMatching("vectors of (1 and 64|64 and 1) components");
    }

    private static SimilarRows.Row row(int topic, int number, float[] vector) {
        return new SimilarRows.Row(new UUID(topic, number), vector);
    }
}
