package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotProductsTest {

    /** Dimensions that are no multiple of a step or a tile, counts that are no multiple of a panel. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 300", "3, 257", "5, 256", "15, 17", "17, 511", "383, 300", "1536, 260"})
    void equals_the_product_in_double_within_the_error_of_float_sums(int dimension, int count) {
        Random random = new Random(dimension * 31L + count);
        float[] vectors = units(random, count, dimension);
        float[] queries = units(random, DotProducts.BATCH, dimension);
        DotProducts products = new DotProducts(vectors, count, dimension);
        float[] all = new float[DotProducts.BATCH * count];
        float[] greatest = new float[DotProducts.BATCH];
        int[] at = new int[DotProducts.BATCH];

        products.all(queries, DotProducts.BATCH, all, products.workspace());
        products.nearest(queries, DotProducts.BATCH, 1, greatest, at, products.workspace());

        // Rounding of a sum of d products: at most d 2^-24 times the sum of their sizes, here at most 1 (Higham,
        // "Accuracy
        // and stability of numerical algorithms", section 3.1)
        double bound = (dimension + 1) * 0x1p-24 * 1.01;
        for (int q = 0; q < DotProducts.BATCH; q++) {
            int best = 0;
            for (int j = 0; j < count; j++) {
                float product = all[q * count + j];
                assertThat((double) product).isCloseTo(dot(queries, q, vectors, j, dimension), within(bound));
                best = product > all[q * count + best] ? j : best;
            }
            assertThat(at[q]).isEqualTo(best);
            assertThat(greatest[q]).isEqualTo(all[q * count + best]);
        }
    }

    @Test
    void a_product_does_not_depend_on_the_batch_it_came_in() {
        Random random = new Random(5);
        int dimension = 37;
        int count = 270;
        DotProducts products = new DotProducts(units(random, count, dimension), count, dimension);
        DotProducts.Workspace work = products.workspace();
        float[] queries = units(random, DotProducts.BATCH, dimension);
        float[] together = new float[DotProducts.BATCH * count];
        products.all(queries, DotProducts.BATCH, together, work);

        for (int q = 0; q < DotProducts.BATCH; q++) {
            float[] alone = new float[count];
            products.all(Arrays.copyOfRange(queries, q * dimension, (q + 1) * dimension), 1, alone, work);
            assertThat(alone).isEqualTo(Arrays.copyOfRange(together, q * count, (q + 1) * count));
        }
    }

    @Test
    void the_first_of_equal_vectors_is_the_nearest() {
        int dimension = 5;
        int count = 600;
        float[] one = units(new Random(6), 1, dimension);
        float[] vectors = new float[count * dimension];
        for (int j = 0; j < count; j++) {
            System.arraycopy(one, 0, vectors, j * dimension, dimension);
        }
        DotProducts products = new DotProducts(vectors, count, dimension);
        int[] at = {-1};
        products.nearest(one, 1, 1, new float[1], at, products.workspace());
        assertThat(at[0]).isZero();
    }

    private static double dot(float[] a, int row, float[] b, int other, int dimension) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += (double) a[row * dimension + i] * b[other * dimension + i];
        }
        return sum;
    }

    private static float[] units(Random random, int count, int dimension) {
        float[] vectors = new float[count * dimension];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) random.nextGaussian();
        }
        for (int j = 0; j < count; j++) {
            UnitVectors.normalise(vectors, j * dimension, vectors, j * dimension, dimension);
        }
        return vectors;
    }
}
