package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetrievalProfileTest {

    /** {@code struct.pack('<bb', 1, 5) + pack('<3q', 2, 1, 2)}, then 101 bins: one in bin 50, two in bin 85, one in bin 100. */
    private static final String GOLDEN = "0105" + "020000000000000001000000000000000200000000000000"
            + "0000000000000000".repeat(50) + "0100000000000000" + "0000000000000000".repeat(34) + "0200000000000000"
            + "0000000000000000".repeat(14) + "0100000000000000";

    private static RetrievalProfile sample() {
        RetrievalRecorder recorder = new RetrievalRecorder();
        recorder.add(.85, 3L, 2);
        recorder.add(.495, null);
        recorder.add((double) 1.0000001f, 1L);
        recorder.add(null, 0L);
        recorder.add(-1.0, 0L);
        recorder.add(7.5, 4L);
        recorder.add(Double.NaN, null);
        recorder.add(null, null);
        return recorder.snapshot();
    }

    @Test
    void no_hit_outweighs_a_score_and_a_hit_whose_score_is_none_is_still_a_hit() {
        RetrievalProfile profile = sample();
        assertThat(profile.withoutHit()).isEqualTo(2);
        assertThat(profile.scored()).isEqualTo(4);
        assertThat(profile.unusable()).as("7.5 and NaN, not the -1 of no hit").isEqualTo(2);
        assertThat(profile.known()).as("all but NaN and nothing").isEqualTo(7);
        assertThat(profile.meanScore().orElseThrow()).isCloseTo((.85 + .85 + .5 + 1) / 4, within(1e-12));
        assertThat(RetrievalProfile.empty().meanScore()).isEmpty();
    }

    @Test
    void what_is_unknown_leaves_the_denominator() {
        RetrievalRecorder recorder = new RetrievalRecorder();
        assertThat(recorder.add(null, null, 5)).isEqualTo(RetrievalRecorder.Kind.UNKNOWN);
        assertThat(recorder.add(1.5, null)).isEqualTo(RetrievalRecorder.Kind.UNKNOWN);
        assertThat(recorder.add(null, -1L)).isEqualTo(RetrievalRecorder.Kind.UNKNOWN);
        assertThat(recorder.add(.5, -1L)).isEqualTo(RetrievalRecorder.Kind.SCORED);
        assertThat(recorder.snapshot().below(0)).isEqualTo(new FlagCounts(0, 1, 0));
        assertThat(recorder.snapshot().unusable()).isEqualTo(3);
    }

    @Test
    void below_an_edge_are_the_scores_that_do_not_reach_it_and_those_without_a_hit() {
        assertThat(sample().below(0)).isEqualTo(new FlagCounts(2, 5, 0));
        assertThat(sample().below(50)).isEqualTo(new FlagCounts(2, 5, 0));
        assertThat(sample().below(51)).isEqualTo(new FlagCounts(3, 4, 0));
        assertThat(sample().below(100)).isEqualTo(new FlagCounts(5, 2, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sample().below(101))
                .withMessageContaining("edge = 101");
    }

    @Test
    void the_edge_is_the_largest_that_no_more_than_the_share_lies_below() {
        RetrievalRecorder recorder = new RetrievalRecorder();
        for (int i = 0; i < 100; i++) {
            recorder.add(i / 100.0, 1L);
        }
        assertThat(recorder.snapshot().edge(.05)).isEqualTo(5);
        recorder.add(null, 0L, 3);
        assertThat(recorder.snapshot().edge(.05))
                .as("3 without a hit and 2 below .02 are at most 5 %% of 103")
                .isEqualTo(2);
        recorder.add(null, 0L, 30);
        assertThat(recorder.snapshot().edge(.05)).isZero();
    }

    @Test
    void scores_that_are_all_the_same_lie_on_the_edge_and_hits_alone_have_none() {
        RetrievalRecorder same = new RetrievalRecorder();
        same.add(1.0, 1L, 500);
        assertThat(same.snapshot().edge(.05)).isEqualTo(100);
        assertThat(same.snapshot().below(100).flagged()).isZero();
        RetrievalRecorder hits = new RetrievalRecorder();
        hits.add(null, 4L, 500);
        assertThat(hits.snapshot().edge(.05)).isZero();
    }

    @Test
    void its_bytes_are_the_same_for_ever() {
        assertThat(HexFormat.of().formatHex(sample().toBytes())).isEqualTo(GOLDEN);
        assertThat(RetrievalProfile.fromBytes(sample().toBytes())).isEqualTo(sample());
        byte[] negative = sample().toBytes();
        negative[9] = -1;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetrievalProfile.fromBytes(negative))
                .withMessageContaining("without-hit count");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RetrievalProfile.fromBytes(InteractionProfile.empty().toBytes()))
                .withMessageContaining("kind 2 is not 5");
    }

    @Test
    void they_merge_to_the_same_bytes_however_they_are_split() throws Exception {
        Random random = new Random(20_260_104);
        for (int i = 0; i < 1_000; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = random.nextInt(60); n > 0; n--) {
                rows.add(Row.random(random));
            }
            assertThat(RandomSplits.splitAndMerge(random, rows, RetrievalProfileTest::of, RetrievalProfile::merge)
                            .toBytes())
                    .as("case %d", i)
                    .isEqualTo(of(rows).toBytes());
        }
    }

    private static RetrievalProfile of(List<Row> rows) {
        RetrievalRecorder recorder = new RetrievalRecorder();
        rows.forEach(row -> recorder.add(row.score(), row.hits()));
        return recorder.snapshot();
    }

    private record Row(@Nullable Double score, @Nullable Long hits) {
        static Row random(Random random) {
            return new Row(
                    random.nextInt(4) == 0 ? null : random.nextDouble() * 1.2 - .1,
                    random.nextInt(4) == 0 ? null : (long) random.nextInt(5) - 1);
        }
    }
}
