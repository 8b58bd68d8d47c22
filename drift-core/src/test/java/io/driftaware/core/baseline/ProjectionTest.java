package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.SyntheticQueries.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private static final int DIMENSION = 40;

    /** Vectors of length 1 with a spread of 3 along axis 5, 2 along axis 9 and 0.3 along every other, around axis 0. */
    private static EmbeddingBaseline stretched() {
        Random random = new Random(4);
        BaselineSample sample = new BaselineSample(DIMENSION);
        for (int row = 0; row < 1_200; row++) {
            float[] vector = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                double spread = i == 5 ? 3 : i == 9 ? 2 : 0.3;
                vector[i] = (float) (spread * random.nextGaussian() + (i == 0 ? 10 : 0));
            }
            sample.add(vector, 0, new UUID(row, row), row);
        }
        return EmbeddingBaseline.fit(sample, 1);
    }

    @Test
    void the_axes_are_those_of_the_greatest_variance() {
        Projection picture = Projection.of(stretched());
        double[] along5 = moved(picture, 5);
        double[] along9 = moved(picture, 9);
        assertThat(Math.abs(along5[0])).isGreaterThan(20 * Math.abs(along5[1]));
        assertThat(Math.abs(along9[1])).isGreaterThan(20 * Math.abs(along9[0]));
        double[] explained = picture.explained();
        assertThat(explained[0]).isGreaterThan(explained[1]);
        assertThat(explained[0] + explained[1]).isBetween(0.5, 1.0);
    }

    /** How far a vector moves in the picture when it turns towards an axis. */
    private static double[] moved(Projection picture, int axis) {
        float[] middle = new float[DIMENSION];
        middle[0] = 10;
        float[] turned = middle.clone();
        turned[axis] = 3;
        double[] from = picture.place(middle);
        double[] to = picture.place(turned);
        return new double[] {to[0] - from[0], to[1] - from[1]};
    }

    @Test
    void a_row_of_the_baseline_lies_where_its_point_is() {
        SyntheticQueries queries = new SyntheticQueries(1);
        List<Row> rows = queries.usual(1_000);
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(SyntheticQueries.sample(rows), 3);
        Projection picture = Projection.of(baseline);
        assertThat(picture.points().length).isEqualTo(500);
        for (int i = 0; i < 20; i++) {
            UUID id = baseline.sketchIds().get(i);
            Row row =
                    rows.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
            double[] placed = picture.place(row.vector());
            assertThat(placed[0]).isCloseTo(picture.points()[i][0], within(1e-5));
            assertThat(placed[1]).isCloseTo(picture.points()[i][1], within(1e-5));
        }
    }

    @Test
    void the_same_baseline_gives_the_same_picture() {
        EmbeddingBaseline baseline = new SyntheticQueries(2).baseline(1_000);
        assertThat(Projection.of(EmbeddingBaseline.fromBytes(baseline.toBytes()))
                        .points())
                .isDeepEqualTo(Projection.of(baseline).points());
    }

    @Test
    void a_vector_without_direction_has_no_place_and_one_of_another_model_is_refused() {
        Projection picture = Projection.of(new SyntheticQueries(2).baseline(1_000));
        assertThat(picture.place(new float[SyntheticQueries.DIMENSION])).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> picture.place(new float[3]))
                .withMessageContaining("a vector of 3 components, the baseline has 24");
    }

    @Test
    void novel_rows_are_those_that_a_profile_counts_as_novel() {
        SyntheticQueries queries = new SyntheticQueries(1);
        EmbeddingBaseline baseline = queries.baseline(1_000);
        List<Row> rows = new ArrayList<>(queries.usual(100));
        for (int i = 0; i < 30; i++) {
            rows.add(queries.novel());
        }
        rows.add(new Row(new UUID(0, 0), new float[SyntheticQueries.DIMENSION]));
        boolean[] novel = baseline.novel(rows.stream().map(Row::vector).toList());
        long count = 0;
        for (boolean one : novel) {
            count += one ? 1 : 0;
        }
        assertThat(count)
                .isEqualTo(SyntheticQueries.scored(baseline, rows).above(baseline.novelEdge()))
                .isGreaterThan(20);
        assertThat(novel[130]).isFalse();
    }
}
