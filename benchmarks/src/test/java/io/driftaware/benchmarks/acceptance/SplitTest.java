package io.driftaware.benchmarks.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SplitTest {
    private static final int PER_TOPIC = 100;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    @BeforeEach
    void writeQueriesOfTwelveTopicsAndSomeOutOfScope() throws IOException {
        StringBuilder lines = new StringBuilder("label\ttext\n");
        for (int topic = 0; topic < 12; topic++) {
            lines.append(("topic" + topic + "\tsome words\n").repeat(PER_TOPIC));
        }
        lines.append("oos\tother words\n".repeat(50));
        Files.writeString(folder.resolve("some.tsv"), lines);
        int rows = 12 * PER_TOPIC + 50;
        ByteBuffer floats = ByteBuffer.allocate(rows * 2 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            floats.putFloat(row).putFloat(1);
        }
        Files.write(folder.resolve("some.f32"), floats.array());
        Files.writeString(folder.resolve("toxicity.tsv"), "label\ttext\n");
    }

    private LabelledQueries queries() throws IOException {
        return LabelledQueries.in(folder).get(0);
    }

    @Test
    void any_name_and_any_dimension_are_read_and_a_table_without_vectors_is_left_alone() throws IOException {
        List<LabelledQueries> found = LabelledQueries.in(folder);

        assertThat(found).hasSize(1);
        assertThat(found.get(0).name()).isEqualTo("some");
        assertThat(found.get(0).dimension()).isEqualTo(2);
        assertThat(found.get(0).outOfScope()).hasSize(50);
        assertThat(found.get(0).repeated(3).dimension()).isEqualTo(6);
    }

    @Test
    void no_row_is_used_twice_and_held_out_topics_are_in_no_baseline() throws IOException {
        Split split = Split.holdingTopicsOut(queries(), 500, random);

        Set<String> strange = labels(split, split.strange());
        assertThat(strange).hasSize(2).doesNotContain("oos");
        assertThat(labels(split, split.baseline())).doesNotContainAnyElementsOf(strange);
        int[] window = split.window(.1, 200, random);
        assertThat(window).hasSize(200).doesNotHaveDuplicates().doesNotContain(split.baseline());
        assertThat(Arrays.stream(window)
                        .filter(row -> strange.contains(split.queries().label(row))))
                .hasSize(20);
    }

    @Test
    void a_topic_becomes_three_times_as_frequent() throws IOException {
        Split split = Split.allKnown(queries(), 500, random);
        int[] window = split.windowWithMoreOf("topic3", 200, random);

        // A twelfth of 200, three times.
        assertThat(Arrays.stream(window)
                        .filter(row -> split.queries().label(row).equals("topic3")))
                .hasSize(50);
        assertThat(window).hasSize(200).doesNotHaveDuplicates();
        assertThat(split.windowWithMoreOf("topic3", 700, random)).isEmpty();
    }

    @Test
    void a_set_that_is_too_small_has_no_baseline() throws IOException {
        assertThat(Split.usualBaseline(queries())).isZero();
    }

    @Test
    void scores_have_the_mean_and_deviation_asked_for() {
        Scores scores = Scores.graded(.72, .15);
        assertThat(scores.mean()).isCloseTo(.72, within(1e-9));
        assertThat(scores.deviation()).isCloseTo(.15, within(1e-9));
        assertThat(Scores.thumbs(.8).deviation()).isCloseTo(.4, within(1e-12));
        assertThat(Arrays.stream(scores.draw(5, random)).sum()).isEqualTo(5);
    }

    private static Set<String> labels(Split split, int[] rows) {
        return Arrays.stream(rows).mapToObj(split.queries()::label).collect(Collectors.toSet());
    }
}
