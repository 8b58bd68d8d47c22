package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
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
        float[] greatest = new float[DotProducts.BATCH];
        int[] at = new int[DotProducts.BATCH];
        products.nearest(queries, DotProducts.BATCH, 1, greatest, at, products.workspace());
        for (int q = 0; q < DotProducts.BATCH; q++) {
            int best = 0;
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
                best = all[q * count + j] > all[q * count + best] ? j : best;
            }
            assertThat(at[q]).isEqualTo(best);
            assertThat(greatest[q]).isEqualTo(all[q * count + best]);
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
