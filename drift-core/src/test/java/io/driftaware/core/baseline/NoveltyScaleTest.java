package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoveltyScaleTest {

    @Test
    void edges_are_quantiles_and_closer_in_the_upper_tail() {
        NoveltyScale scale = NoveltyScale.of(evenly(1_000));
        assertThat(scale.edges()).isEqualTo(33);
        assertThat(scale.bins()).isEqualTo(34);
        assertThat(stored(scale)).startsWith(.049f, .099f).endsWith(.979f, .989f, .994f, .997f, .998f);
        assertThat(stored(scale)[scale.novelEdge()]).isEqualTo(.949f);
    }

    @Test
    void a_score_on_an_edge_lies_below_it() {
        NoveltyScale scale = NoveltyScale.of(evenly(1_000));
        assertThat(scale.bin(-1)).isZero();
        assertThat(scale.bin(.049f)).isZero();
        assertThat(scale.bin(Math.nextUp(.049f))).isEqualTo(1);
        assertThat(scale.bin(.949f)).isEqualTo(scale.novelEdge());
        assertThat(scale.bin(Math.nextUp(.949f))).isEqualTo(scale.novelEdge() + 1);
        assertThat(scale.bin(2)).isEqualTo(33);
    }

    @Test
    void equal_quantiles_make_one_edge() {
        NoveltyScale one = NoveltyScale.of(new float[] {.5f, .5f, .5f, .5f});
        assertThat(stored(one)).containsExactly(.5f);
        assertThat(one.novelEdge()).isZero();
        assertThat(one.bin(.5f)).isZero();
        assertThat(one.bin(.6f)).isEqualTo(1);

        float[] mostlyNone = new float[1_000];
        for (int i = 0; i < 20; i++) {
            mostlyNone[i] = 1 + i;
        }
        NoveltyScale scale = NoveltyScale.of(mostlyNone);
        assertThat(stored(scale)).containsExactly(0, 10, 15, 18, 19);
        assertThat(scale.novelEdge()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100, 501, 777, 2_500})
    void at_most_a_twentieth_of_the_scores_is_novel(int count) {
        Random random = new Random(count);
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = random.nextFloat();
        }
        NoveltyScale scale = NoveltyScale.of(scores.clone());
        long novel = 0;
        for (float score : scores) {
            novel += scale.bin(score) > scale.novelEdge() ? 1 : 0;
        }
        assertThat(novel).isBetween((long) (count * .05) - 1, (long) (count * .05 + 1e-9));
    }

    private static float[] evenly(int count) {
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = (float) (i / (double) count);
        }
        return scores;
    }

    private static float[] stored(NoveltyScale scale) {
        ByteBuffer out = ByteBuffer.allocate(scale.edges() * Float.BYTES);
        scale.write(out);
        out.flip();
        float[] edges = new float[scale.edges()];
        out.asFloatBuffer().get(edges);
        return edges;
    }
}
