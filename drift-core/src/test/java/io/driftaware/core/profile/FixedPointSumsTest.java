package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedPointSumsTest {

    @Test
    void additions_agree_with_arbitrary_precision() {
        Random random = new Random(11);
        FixedPointSums sums = new FixedPointSums(1);
        BigInteger expected = BigInteger.ZERO;
        for (int i = 0; i < 10_000; i++) {
            long addend = random.nextLong() >> random.nextInt(64);
            BigInteger wide =
                    new BigInteger(random.nextInt(110), random).multiply(BigInteger.valueOf(random.nextInt(3) - 1));
            sums.add(0, addend);
            sums.addShifted32(0, addend);
            sums.add(0, wide);
            expected = expected.add(BigInteger.valueOf(addend))
                    .add(BigInteger.valueOf(addend).shiftLeft(32))
                    .add(wide);
            assertThat(sums.exact(0)).isEqualTo(expected);
        }
    }

    @Test
    void the_ends_of_the_range_survive_storage() {
        BigInteger greatest = BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);
        FixedPointSums sums = new FixedPointSums(3);
        sums.add(0, greatest);
        sums.add(1, greatest.negate());
        sums.add(2, -1);
        ByteBuffer bytes = ByteBuffer.allocate(3 * FixedPointSums.BYTES_EACH);
        sums.write(bytes);
        FixedPointSums read = FixedPointSums.read(bytes.flip(), 3);
        assertThat(read).isEqualTo(sums).hasSameHashCodeAs(sums);
        assertThat(read.exact(0)).isEqualTo(greatest);
        assertThat(read.exact(1)).isEqualTo(greatest.negate());
        assertThat(read.exact(2)).isEqualTo(BigInteger.ONE.negate());
    }

    @Test
    void an_addend_wider_than_the_sum_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedPointSums(1).add(0, BigInteger.ONE.shiftLeft(127)))
                .withMessageContaining("does not fit into 128 bits");
    }
}
