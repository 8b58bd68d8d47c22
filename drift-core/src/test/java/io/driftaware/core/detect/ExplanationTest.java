package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.SyntheticTopics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static final int KNOWN = 20;
    private static final int TRIPLED = 7;
    private static final int NEW = KNOWN;

    private static final SyntheticTopics TOPICS = new SyntheticTopics(48, KNOWN + 1, .8, 31);

    /** Which topic each row of the baseline is about, by its id. */
    private static final Map<UUID, Integer> TOPIC_OF = new HashMap<>();

    private static final EmbeddingBaseline BASELINE = baseline();

    private final SyntheticTopics topics = TOPICS.again(1);

    @Test
    void the_topic_that_tripled_is_among_the_first_three_and_its_exemplars_are_about_it() {
        // One row in 20 before, three in 22 now
        List<float[]> rows = new ArrayList<>(topics.rows(909, KNOWN));
        for (int i = 0; i < 91; i++) {
            rows.add(topics.row(TRIPLED));
        }
        Collections.shuffle(rows, new Random(1));

        Explanation explanation = Explanation.of(topics.buckets(rows, 10, BASELINE), BASELINE);

        assertThat(explanation.clusters().stream().limit(3)).anySatisfy(change -> {
            assertThat(change.z()).isGreaterThan(3);
            assertThat(change.share()).isGreaterThan(change.shareBefore());
            assertThat(change.exemplars()).isNotEmpty().allSatisfy(id -> assertThat(TOPIC_OF.get(id))
                    .isEqualTo(TRIPLED));
        });
        assertThat(explanation.grown()).first().satisfies(topic -> {
            assertThat(topic.pValue()).isLessThan(.001);
            assertThat(topic.share()).isGreaterThan(2 * topic.shareBefore());
            assertThat(topic.exemplars()).isNotEmpty().allSatisfy(id -> assertThat(TOPIC_OF.get(id))
                    .isEqualTo(TRIPLED));
        });
        // Truly .09. The total variation is taken down by what all clusters show without drift, so it is an
        // underestimate
        assertThat(explanation.driftedShare()).isGreaterThan(0).isLessThan(.09);
    }

    @Test
    void new_rows_are_the_novel_ones() {
        List<float[]> rows = new ArrayList<>(topics.rows(400, KNOWN));
        for (int i = 0; i < 100; i++) {
            rows.add(topics.row(NEW));
        }
        // The topics' ids go up: the last 100 rows are the new ones
        Explanation explanation = Explanation.of(topics.buckets(rows, 500, BASELINE), BASELINE);
        long last = explanation.novelRows().stream()
                .filter(row -> row.eventId().getLeastSignificantBits() > 4_000 + 400)
                .count();
        assertThat(explanation.novelRows()).hasSize(64);
        assertThat(explanation.novelRows()).isSortedAccordingTo((a, b) -> Double.compare(b.novelty(), a.novelty()));
        // 100 new and about 20 others lie above the 95 % quantile; 64 of them are drawn
        assertThat(last).isGreaterThanOrEqualTo(43);
        // .2, with the rows that chance puts above the quantile: four standard errors
        assertThat(explanation.driftedShare()).isBetween(.2 - .08, .2 + .08);
    }

    @Test
    void without_drift_no_topic_stands_out() {
        Explanation explanation = Explanation.of(topics.buckets(topics.rows(1_000, KNOWN), 10, BASELINE), BASELINE);
        // 100 clusters at three standard errors: .27 expected, four or more once in five thousand
        assertThat(explanation.clusters().stream().filter(change -> Math.abs(change.z()) > 3))
                .hasSizeLessThan(4);
        assertThat(explanation.driftedShare()).isLessThan(.1);
        assertThat(explanation.grown()).noneMatch(topic -> topic.pValue() < .01);
    }

    @Test
    void a_window_without_rows_is_not_explained() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Explanation.of(List.of(), BASELINE))
                .withMessage("the window has no row to explain");
    }

    private static EmbeddingBaseline baseline() {
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            rows.add(TOPICS.row(i % KNOWN));
            TOPIC_OF.put(new UUID(0, i + 1), i % KNOWN);
        }
        return EmbeddingBaseline.fit(TOPICS.sample(rows), 5);
    }
}
