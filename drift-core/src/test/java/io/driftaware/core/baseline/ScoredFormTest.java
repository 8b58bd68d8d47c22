package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ScoredFormTest {

    /**
     * From Python: {@code struct.pack('<bbqqq', 1, 3, 0x0123456789abcdef, 7, 2)}, {@code pack('<iiii', 3, 5, 2, 2)}, the counts 4 1 2 as 03 040102 and 7 7 7 0 7 as 04 0707070007; the sums 7 * 2**27 and -2**26 as twice and twice less 1 in base 128; {@code
     * pack('<qqfqqf', 1, 2, .5, 3, -4, .75)}.
     */
    private static final String GOLDEN = "0103" + "efcdab8967452301" + "0700000000000000" + "0200000000000000"
            + "03000000" + "05000000" + "02000000" + "02000000"
            + "03" + "040102"
            + "04" + "0707070007"
            + "8080808007" + "ffffff3f"
            + "01000000000000000200000000000000" + "0000003f"
            + "0300000000000000fcffffffffffffff" + "0000403f";

    private static final int COUNT = 10;
    private static final int REJECTED = 18;
    private static final int BINS = 26;
    private static final int SKETCH = 30;
    private static final int FEATURES = 34;
    private static final int SAMPLED = 38;
    private static final int NOVELTY = 42;
    private static final int NEAREST = 46;
    private static final int FEATURE_SUMS = 52;
    private static final int NOVEL_ROWS = 61;

    @Test
    void the_stored_form_never_changes() {
        assertThat(HexFormat.of().formatHex(profile().toBytes())).isEqualTo(GOLDEN);
        assertThat(ScoredProfile.fromBytes(golden())).isEqualTo(profile()).hasSameHashCodeAs(profile());
    }

    @Test
    void a_stored_profile_says_what_was_counted() {
        ScoredProfile read = ScoredProfile.fromBytes(golden());
        assertThat(read.baseline()).isEqualTo(0x0123456789abcdefL);
        assertThat(read.count()).isEqualTo(7);
        assertThat(read.rejected()).isEqualTo(2);
        assertThat(read.noveltyCounts()).containsExactly(4, 1, 2);
        assertThat(read.above(0)).isEqualTo(3);
        assertThat(read.above(1)).isEqualTo(2);
        assertThat(read.nearestCounts()).containsExactly(7, 7, 7, 0, 7);
        assertThat(read.near(new int[] {0, 3, 4})).isEqualTo(3.5);
        assertThat(read.featureMeans()).containsExactly(1, -.5 / 7);
        assertThat(read.novelRows())
                .containsExactly(
                        new ScoredProfile.NovelRow(new UUID(3, -4), .75f),
                        new ScoredProfile.NovelRow(new UUID(1, 2), .5f));
        assertThat(read).hasToString("ScoredProfile[7 vectors, 2 rejected, baseline 123456789abcdef]");
    }

    @Test
    void damaged_bytes_are_refused_with_what_is_wrong_and_what_to_do() {
        refused(
                bytes -> new byte[20],
                "20 bytes are too few for its header; the stored bytes are damaged, make them again");
        refused(bytes -> with(bytes, 0, 2), "version 2 is not 1; read it with the Drift-Aware version that wrote it");
        refused(bytes -> with(bytes, 1, 4), "kind 4 is not 3");
        refused(bytes -> with(bytes, COUNT + 7, 0x80), "count -9223372036854775801 is not 0 to 34359738368");
        refused(bytes -> with(bytes, COUNT, 8), "its counts by bin and by sketch vector are not those of 8 vectors");
        refused(bytes -> with(bytes, COUNT, 0), "its counts by bin and by sketch vector are not those of 0 vectors");
        refused(bytes -> with(bytes, REJECTED + 7, 0x80), "rejected count -9223372036854775806 is not 0 to 2^55");
        refused(bytes -> with(bytes, BINS, 0), "0 bins are not 1 to 65536");
        refused(bytes -> with(bytes, BINS + 3, 0x80), "-2147483645 bins are not 1 to 65536");
        refused(bytes -> with(bytes, BINS + 1, 1), "7 of 5 counts");
        refused(bytes -> with(bytes, SKETCH, 0), "0 sketch vectors are not 1 to 65536");
        refused(bytes -> with(bytes, SKETCH, 3), "4 of 3 counts");
        refused(bytes -> with(bytes, FEATURES + 3, 1), "16777218 features are not 0 to 65536");
        refused(bytes -> with(bytes, FEATURES, 1), "44 bytes for 2 sampled rows");
        refused(bytes -> with(bytes, SAMPLED, 65), "65 sampled rows are not 0 to 64");
        refused(bytes -> with(bytes, SAMPLED, 1), "40 bytes for 1 sampled rows");
        refused(bytes -> with(bytes, NOVELTY, 4), "4 of 3 counts");
        refused(
                bytes -> with(bytes, NOVELTY + 1, 5),
                "its counts by bin and by sketch vector are not those of 7 vectors");
        refused(bytes -> with(bytes, NEAREST + 2, 0), "not 4 of its counts are above 0");
        refused(
                bytes -> with(bytes, NEAREST + 2, 5),
                "its counts by bin and by sketch vector are not those of 7 vectors");
        refused(bytes -> with(bytes, NEAREST, 2), "there is no count 7 of 5");
        refused(bytes -> with(bytes, FEATURE_SUMS, 0x81), "feature sum -939524097 is more than 7 vectors can have");
        refused(bytes -> with(bytes, NOVEL_ROWS + 19, 0x41), "novelty 8.0 is not 0 to 2");
        refused(bytes -> with(with(bytes, NOVEL_ROWS + 18, 0xc0), NOVEL_ROWS + 19, 0x7f), "novelty NaN is not 0 to 2");
        refused(bytes -> with(bytes, NOVEL_ROWS, 2), "its sampled rows are not in order");
        refused(bytes -> Arrays.copyOf(bytes, 50), "the bytes end within its numbers");
        refused(bytes -> Arrays.copyOf(bytes, 100), "39 bytes for 2 sampled rows");
        refused(bytes -> Arrays.copyOf(bytes, 102), "41 bytes for 2 sampled rows");
    }

    @Test
    void more_sampled_rows_than_rows_are_refused() {
        RowSample sample = new RowSample();
        sample.offer(1, 2, .5f);
        byte[] bytes = new ScoredProfile(1, 0, 0, new long[2], new long[2], new long[2], sample).toBytes();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoredProfile.fromBytes(bytes))
                .withMessageContaining("1 rows are sampled of 0");
    }

    @Test
    void profiles_of_different_baselines_are_not_merged() {
        ScoredProfile other = new ScoredProfile(9, 0, 0, new long[3], new long[5], new long[2], new RowSample());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> profile().merge(other))
                .withMessage("profiles of baselines 123456789abcdef and 9 cannot be merged: score the rows against one"
                        + " baseline");
    }

    @Test
    void more_vectors_than_a_profile_can_hold_are_refused() {
        ScoredProfile full = new ScoredProfile(
                1,
                ScoredProfile.MAX_COUNT,
                0,
                new long[] {ScoredProfile.MAX_COUNT},
                new long[] {ScoredProfile.MAX_COUNT},
                new long[] {Math.multiplyExact(ScoredProfile.MAX_COUNT, 1L << 27)},
                new RowSample());
        assertThat(ScoredProfile.fromBytes(full.toBytes()).featureMeans()).containsExactly(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> full.merge(full))
                .withMessageContaining("are more than 34359738368 together");
    }

    @Test
    void an_empty_profile_has_no_feature_means_and_changes_nothing() {
        ScoredProfile empty =
                new ScoredProfile(0x0123456789abcdefL, 0, 0, new long[3], new long[5], new long[2], new RowSample());
        assertThat(ScoredProfile.fromBytes(empty.toBytes())).isEqualTo(empty);
        assertThat(empty.merge(profile())).isEqualTo(profile());
        assertThatIllegalStateException().isThrownBy(empty::featureMeans).withMessageContaining("empty");
    }

    private static ScoredProfile profile() {
        RowSample sample = new RowSample();
        sample.offer(3, -4, .75f);
        sample.offer(1, 2, .5f);
        return new ScoredProfile(
                0x0123456789abcdefL,
                7,
                2,
                new long[] {4, 1, 2},
                new long[] {7, 7, 7, 0, 7},
                new long[] {7L << 27, -(1L << 26)},
                sample);
    }

    private static byte[] golden() {
        return HexFormat.of().parseHex(GOLDEN);
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        byte[] changed = bytes.clone();
        changed[index] = (byte) value;
        return changed;
    }

    private static void refused(UnaryOperator<byte[]> damage, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoredProfile.fromBytes(damage.apply(golden())))
                .withMessageContaining("scored profile: " + message);
    }
}
