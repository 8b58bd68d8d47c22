package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.baseline.ScoredProfile.NovelRow;
import io.driftaware.core.baseline.SyntheticQueries.Row;
import io.driftaware.core.profile.RandomSplits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScoredProfileTest {

    private static final int CASES = 1000;

    private final SyntheticQueries queries = new SyntheticQueries(2);
    private final EmbeddingBaseline baseline = queries.baseline(1_000);

    /** Any split, any order, any grouping and one to eight threads give the same bytes. */
    @Test
    void profiles_merge_to_the_same_bytes_however_the_rows_are_split() throws Exception {
        Random random = new Random(20_260_104);
        for (int i = 0; i < CASES; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = random.nextInt(100); n > 0; n--) {
                rows.add(random.nextInt(3) == 0 ? queries.novel() : queries.usual());
            }
            if (random.nextInt(5) == 0) {
                rows.add(new Row(new UUID(0, i), new float[SyntheticQueries.DIMENSION]));
            }
            byte[] whole = SyntheticQueries.scored(baseline, rows).toBytes();
            ScoredProfile merged = RandomSplits.splitAndMerge(
                    random, rows, part -> SyntheticQueries.scored(baseline, part), ScoredProfile::merge);
            assertThat(merged.toBytes()).as("case %d", i).isEqualTo(whole);
            assertThat(ScoredProfile.fromBytes(whole)).as("case %d", i).isEqualTo(merged);
        }
    }

    @Test
    void many_merge_at_once_to_what_they_merge_to_one_by_one() {
        List<ScoredProfile> buckets = SyntheticQueries.buckets(baseline, queries.usual(700), 70);
        assertThat(ScoredProfile.merge(buckets))
                .isEqualTo(buckets.stream().reduce(ScoredProfile::merge).orElseThrow());
    }

    @Test
    void recorders_of_one_scorer_keep_their_rows_apart() {
        List<Row> rows = queries.usual(90);
        EmbeddingScorer scorer = new EmbeddingScorer(baseline);
        List<ScoredRecorder> recorders = List.of(scorer.recorder(), scorer.recorder(), scorer.recorder());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            recorders
                    .get(i / 30)
                    .add(
                            row.vector(),
                            0,
                            row.id().getMostSignificantBits(),
                            row.id().getLeastSignificantBits());
        }
        assertThat(recorders.stream().map(ScoredRecorder::snapshot).toList())
                .isEqualTo(SyntheticQueries.buckets(baseline, rows, 3));
    }

    @Test
    void the_sample_of_novel_rows_holds_the_most_novel_first() {
        List<Row> rows = new ArrayList<>(queries.usual(100));
        for (int i = 0; i < 200; i++) {
            rows.add(queries.novel());
        }
        List<NovelRow> novel = SyntheticQueries.scored(baseline, rows).novelRows();
        assertThat(novel).hasSize(64).isSortedAccordingTo(Comparator.comparingDouble(row -> -row.novelty()));
        assertThat(rows.stream().map(Row::id))
                .containsAll(novel.stream().map(NovelRow::eventId).toList());
    }

    @Test
    void the_stored_form_stays_as_it_is() {
        RowSample novel = new RowSample();
        novel.offer(1, 2, 0.5f);
        ScoredProfile profile = new ScoredProfile(
                0x1122334455667788L,
                300,
                1,
                new long[] {299, 0, 1},
                new long[] {300, 0, 300, 300, 300},
                new long[] {-1, 200},
                novel);
        byte[] bytes = profile.toBytes();
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0103" + "8877665544332211" + "2c01000000000000" + "0100000000000000"
                        + "03000000" + "05000000" + "02000000" + "01000000"
                        + "02ab020001" + "04ac0200ac02ac02ac02" + "019003"
                        + "0100000000000000" + "0200000000000000" + "0000003f");
        assertThat(ScoredProfile.fromBytes(bytes)).isEqualTo(profile);
    }

    @Test
    void damaged_bytes_are_refused() {
        byte[] bytes = SyntheticQueries.scored(baseline, queries.usual(20)).toBytes();
        refused(Arrays.copyOf(bytes, 5), "too few for its header");
        refused(Arrays.copyOf(bytes, bytes.length - 1), "the stored bytes are damaged");
        refused(Arrays.copyOf(bytes, bytes.length + 1), "the stored bytes are damaged");
        byte[] more = bytes.clone();
        more[10]++;
        refused(more, "counts by bin and by sketch vector are not those of 21 vectors");
        Random random = new Random(9);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                ScoredProfile.fromBytes(changed);
            } catch (IllegalArgumentException refusal) {
                assertThat(refusal).hasMessageContaining("scored profile");
            }
        }
    }

    @Test
    void profiles_of_two_baselines_do_not_merge() {
        EmbeddingBaseline other = queries.baseline(1_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> baseline.heldOut().merge(other.heldOut()))
                .withMessageContaining("score the rows against one baseline");
    }

    private static void refused(byte[] bytes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScoredProfile.fromBytes(bytes))
                .withMessageContaining(message);
    }
}
