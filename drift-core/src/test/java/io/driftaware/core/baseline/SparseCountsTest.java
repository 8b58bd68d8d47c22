package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SparseCountsTest {

    @Test
    void the_stored_form_never_changes() {
        // Two counts: after 1 zero 5; after 2 zeros 300, in base 128 with the low bits first ac 02
        assertThat(HexFormat.of().formatHex(stored(new long[] {0, 5, 0, 0, 300, 0})))
                .isEqualTo("02" + "0105" + "02ac02");
        assertThat(HexFormat.of().formatHex(stored(new long[4]))).isEqualTo("00");
    }

    @Test
    void counts_read_back_equal() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            long[] counts = new long[random.nextInt(400)];
            for (int j = 0; j < counts.length; j++) {
                counts[j] = random.nextInt(4) > 0 ? 0 : random.nextLong() >>> (1 + random.nextInt(63));
            }
            byte[] stored = stored(counts);
            assertThat(stored).hasSize(SparseCounts.storedBytes(counts));
            assertThat(SparseCounts.read(ByteBuffer.wrap(stored), counts.length, "test"))
                    .isEqualTo(counts);
        }
    }

    @Test
    void what_no_counts_are_written_as_is_refused() {
        refused("", "the bytes end within its counts");
        refused("0201", "the bytes end within its counts");
        refused("010085", "the bytes end within its counts");
        refused("010601", "6 zeros behind count -1 of 6");
        refused("0205010001", "0 zeros behind count 5 of 6");
        refused("01" + "ff".repeat(8) + "7f" + "01", "9223372036854775807 zeros behind count -1 of 6");
        refused("010000", "count 0 is not above 0");
        refused("01008500", "a number within its counts is too long");
        refused("0100" + "ff".repeat(9) + "01", "a number within its counts does not end");
    }

    private static void refused(String hex, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SparseCounts.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), 6, "test"))
                .withMessageContaining("test: " + message);
    }

    private static byte[] stored(long[] counts) {
        ByteBuffer out = ByteBuffer.allocate(SparseCounts.storedBytes(counts));
        SparseCounts.write(counts, out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }
}
