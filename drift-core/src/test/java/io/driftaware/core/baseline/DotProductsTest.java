package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotProductsTest {

    /** Sizes on and off the panels of 256 vectors, tiles of 16 components and steps of four. */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "256, 16", "257, 18", "600, 67"})
    void products_are_those_of_the_definition(int count, int dimension) {
        Random random = new Random(count);
        float[] vectors = normal(random, count * dimension);
        float[] queries = normal(random, DotProducts.BATCH * dimension);
        DotProducts products = new DotProducts(vectors, count, dimension);
        float[] all = new float[DotProducts.BATCH * count];
        products.all(queries, DotProducts.BATCH, all, products.workspace());
        int most = Math.min(4, count);
        float[] greatest = new float[DotProducts.BATCH * most];
        int[] at = new int[DotProducts.BATCH * most];
        products.nearest(queries, DotProducts.BATCH, most, greatest, at, products.workspace());
        for (int q = 0; q < DotProducts.BATCH; q++) {
            for (int j = 0; j < count; j++) {
                double expected = 0;
                double size = 0;
                for (int i = 0; i < dimension; i++) {
                    double term = (double) queries[q * dimension + i] * vectors[j * dimension + i];
                    expected += term;
                    size += Math.abs(term);
                }
                // Each of at most (dimension + 4) additions and products rounds to 2^-24.
                assertThat((double) all[q * count + j]).isCloseTo(expected, within((dimension + 4) * 0x1p-24 * size));
            }
            float[] own = Arrays.copyOfRange(all, q * count, (q + 1) * count);
            int[] falling = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer j) -> -own[j]))
                    .limit(most)
                    .mapToInt(j -> j)
                    .toArray();
            assertThat(Arrays.copyOfRange(at, q * most, (q + 1) * most)).isEqualTo(falling);
            assertThat(greatest[q * most]).isEqualTo(own[falling[0]]);
        }
    }

    @Test
    void a_query_has_the_same_products_in_any_batch() {
        Random random = new Random(3);
        DotProducts products = new DotProducts(normal(random, 300 * 20), 300, 20);
        float[] queries = normal(random, DotProducts.BATCH * 20);
        float[] together = new float[DotProducts.BATCH * 300];
        products.all(queries, DotProducts.BATCH, together, products.workspace());
        for (int q = 0; q < DotProducts.BATCH; q++) {
            float[] alone = new float[300];
            products.all(Arrays.copyOfRange(queries, q * 20, (q + 1) * 20), 1, alone, products.workspace());
            assertThat(alone).isEqualTo(Arrays.copyOfRange(together, q * 300, (q + 1) * 300));
        }
    }

    private static float[] normal(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
