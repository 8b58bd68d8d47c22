package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMix64Test {

    @Test
    void draws_the_published_sequence() {
        // Steele, Lea and Flood's generator from seed 1234567, as the reference implementation in C prints it, unsigned
        SplitMix64 random = new SplitMix64(1_234_567);
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("6457827717110365317");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("3203168211198807973");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("4593380528125082431");
    }

    @Test
    void a_permutation_holds_every_number_once() {
        int[] order = new SplitMix64(7).permutation(1_000);
        assertThat(order).isNotEqualTo(IntStream.range(0, 1_000).toArray());
        Arrays.sort(order);
        assertThat(order).isEqualTo(IntStream.range(0, 1_000).toArray());
    }

    @Test
    void whole_numbers_are_uniform() {
        // Pearson's statistic of 10 cells has mean 9 and exceeds 27.88 once in a thousand
        SplitMix64 random = new SplitMix64(8);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[random.nextInt(10)]++;
        }
        double statistic = 0;
        for (int count : counts) {
            statistic += (count - 10_000.0) * (count - 10_000.0) / 10_000;
        }
        assertThat(statistic).isLessThan(27.88);
    }

    @Test
    void normal_numbers_have_mean_0_and_variance_1() {
        int n = 100_000;
        SplitMix64 random = new SplitMix64(9);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double x = random.nextGaussian();
            sum += x;
            squares += x * x;
        }
        // four standard errors
        assertThat(Math.abs(sum / n)).isLessThan(4 / Math.sqrt(n));
        assertThat(Math.abs(squares / n - 1)).isLessThan(4 * Math.sqrt(2.0 / n));
    }
}
