package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedLongsTest {

    @Test
    void the_stored_form_never_changes() {
        // Two of six counts: after 1 zero 5; after 2 zeros 300, in base 128 with the low digits first ac 02
        assertThat(hex(counts(new long[] {0, 5, 0, 0, 300, 0}))).isEqualTo("02" + "0105" + "02ac02");
        // Two of three counts: every one
        assertThat(hex(counts(new long[] {5, 0, 300}))).isEqualTo("02" + "05" + "00" + "ac02");
        assertThat(hex(counts(new long[4]))).isEqualTo("00");
        // Twice the size; one less than that for a negative one
        assertThat(hex(sums(new long[] {0, 1, -1, 64, -64, Long.MIN_VALUE})))
                .isEqualTo("00" + "02" + "01" + "8001" + "7f" + "ff".repeat(9) + "01");
    }

    @Test
    void counts_read_back_equal() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            long[] counts = new long[random.nextInt(400)];
            int zeros = random.nextInt(5);
            for (int j = 0; j < counts.length; j++) {
                counts[j] = random.nextInt(5) < zeros ? 0 : random.nextLong() >>> (1 + random.nextInt(63));
            }
            byte[] stored = counts(counts);
            assertThat(PackedLongs.readCounts(ByteBuffer.wrap(stored), counts.length, "test"))
                    .isEqualTo(counts);
        }
    }

    @Test
    void sums_read_back_equal() {
        Random random = new Random(2);
        long[] sums = new long[10_000];
        for (int j = 0; j < sums.length; j++) {
            sums[j] = random.nextLong() >> random.nextInt(64);
        }
        assertThat(PackedLongs.readSums(ByteBuffer.wrap(sums(sums)), sums.length, "test"))
                .isEqualTo(sums);
    }

    @Test
    void what_no_counts_are_written_as_is_refused() {
        refused("", "the bytes end within its numbers");
        refused("0201", "the bytes end within its numbers");
        refused("010085", "the bytes end within its numbers");
        refused("07", "7 of 6 counts");
        refused("ffffffffffffffffff01", "-1 of 6 counts");
        refused("010601", "there is no count 6 of 6");
        refused("0205010001", "there is no count 6 of 6");
        refused("020001" + "ff".repeat(9) + "01" + "02", "not 2 of its counts are above 0");
        refused("010000", "count 0 is too small");
        refused("04010100000000", "not 4 of its counts are above 0");
        refused("01008500", "a number ends in zeros");
        refused("0100" + "ff".repeat(9) + "02", "a number has more than 64 bits");
        refused("0100" + "ff".repeat(10) + "01", "a number has more than 10 digits");
    }

    private static void refused(String hex, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PackedLongs.readCounts(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), 6, "test"))
                .withMessageContaining("test: " + message);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] counts(long[] counts) {
        ByteBuffer out = ByteBuffer.allocate(PackedLongs.countsBytes(counts));
        PackedLongs.writeCounts(counts, out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }

    private static byte[] sums(long[] sums) {
        ByteBuffer out = ByteBuffer.allocate(PackedLongs.sumsBytes(sums));
        PackedLongs.writeSums(sums, out);
        assertThat(out.hasRemaining()).isFalse();
        return out.array();
    }
}
