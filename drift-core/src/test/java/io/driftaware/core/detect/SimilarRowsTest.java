package io.driftaware.core.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.SimilarRows.Group;
import io.driftaware.core.detect.SimilarRows.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SimilarRowsTest {

    @Test
    void rows_are_grouped_by_their_direction_the_largest_group_first() {
        List<Row> rows =
                List.of(row(1, 1, 0), row(2, 0, 5), row(3, 9, 1), row(4, 2, 0.1f), row(5, 0, 1), row(6, -1, -1));
        List<Group> groups = SimilarRows.group(rows, 0.9);
        assertThat(groups.get(0).medoid()).isEqualTo(id(4));
        assertThat(groups.get(0).members()).containsExactly(id(4), id(1), id(3));
        assertThat(groups.get(1).members()).containsExactlyInAnyOrder(id(2), id(5));
        assertThat(groups.get(2).members()).containsExactly(id(6));
        assertThat(groups).hasSize(3);
    }

    @Test
    void the_order_of_the_rows_does_not_matter() {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(row(i, (float) random.nextGaussian(), (float) random.nextGaussian()));
        }
        List<Group> groups = SimilarRows.group(rows, 0.95);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(rows, random);
            assertThat(SimilarRows.group(rows, 0.95)).isEqualTo(groups);
        }
        assertThat(groups.stream().flatMap(group -> group.members().stream()))
                .hasSize(60)
                .doesNotHaveDuplicates();
    }

    @Test
    void no_rows_make_no_groups() {
        assertThat(SimilarRows.group(List.of(), 0.5)).isEmpty();
    }

    private static Row row(int id, float... vector) {
        return new Row(id(id), vector);
    }

    private static UUID id(int id) {
        return new UUID(0, id);
    }
}
