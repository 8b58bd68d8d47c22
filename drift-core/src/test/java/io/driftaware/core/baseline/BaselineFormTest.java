package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.profile.Lattice;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineFormTest {

    private static final int DIMENSION = 3;
    private static final BaselineSample SAMPLE = lattice(1_000);
    private static final EmbeddingBaseline BASELINE = EmbeddingBaseline.fit(SAMPLE, 42);

    private static final int HEADER = 70;
    private static final int SKETCH = 500;
    private static final int CLUSTERS = 25;
    private static final int EDGES = HEADER + (SKETCH + CLUSTERS) * DIMENSION * Float.BYTES;
    private static final int FITTED = EDGES + 33 * Float.BYTES + SKETCH * 16;
    private static final int VOTES = FITTED + SKETCH * Integer.BYTES;
    private static final int GROWTH = VOTES + VoteCounts.STORED_BYTES;
    private static final int HELD_OUT = GROWTH + GrowthScan.STORED_BYTES;

    @Test
    void the_stored_form_never_changes() throws Exception {
        byte[] bytes = BASELINE.toBytes();
        // struct.pack('<bb7i', 1, 4, 3, 500, 500, 25, 33, 25, length of the held-out half)
        assertThat(HexFormat.of().formatHex(bytes, 0, 26))
                .isEqualTo("0104" + "03000000" + "f4010000" + "f4010000" + "19000000" + "21000000" + "19000000");
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(26))
                .isEqualTo(bytes.length - HELD_OUT);
        // The limits of the growth scan are left out: they come from Math.log, which may differ in its last bit
        // elsewhere
        Arrays.fill(bytes, GROWTH, HELD_OUT, (byte) 0);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(HexFormat.of().formatHex(digest))
                .isEqualTo("e1e3de0af38e845a598fccbb6487383fe8913311fa638c0cfdfb717a042359f5");
    }

    @Test
    void a_stored_baseline_reads_back_equal_and_scores_alike() {
        EmbeddingBaseline read = EmbeddingBaseline.fromBytes(BASELINE.toBytes());
        assertThat(read.toBytes()).isEqualTo(BASELINE.toBytes());
        assertThat(read).isEqualTo(BASELINE).hasSameHashCodeAs(BASELINE).hasToString(BASELINE.toString());
        assertThat(profile(read)).isEqualTo(profile(BASELINE));
        assertThat(exemplars(read, 3)).isEqualTo(exemplars(BASELINE, 3)).hasSize(3);
        assertThat(read.clusterCounts(read.heldOut())).isEqualTo(BASELINE.clusterCounts(BASELINE.heldOut()));
        assertThat(read.growthScan().pValue(10, 700))
                .isEqualTo(BASELINE.growthScan().pValue(10, 700));
    }

    @Test
    void the_same_sample_and_seed_give_the_same_bytes() {
        assertThat(EmbeddingBaseline.fit(lattice(1_000), 42).toBytes()).isEqualTo(BASELINE.toBytes());
        EmbeddingBaseline other = EmbeddingBaseline.fit(SAMPLE, 43);
        assertThat(other.toBytes()).isNotEqualTo(BASELINE.toBytes());
        assertThat(other.fingerprint()).isNotEqualTo(BASELINE.fingerprint());
    }

    @Test
    void one_half_is_fitted_and_the_other_held_out() {
        assertThat(BASELINE.rows()).isEqualTo(1_000);
        assertThat(BASELINE.heldOut().count()).isEqualTo(500);
        assertThat(BASELINE.heldOut().baseline()).isEqualTo(BASELINE.fingerprint());
        assertThat(Arrays.stream(BASELINE.clusterCounts(BASELINE.heldOut())).sum())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.05, .5, .8, .9, .95, .98, .99, .995, .998})
    void above_the_edge_at_a_level_lies_what_the_level_says(double level) {
        long above = BASELINE.heldOut().above(BASELINE.edgeAt(level));
        // Scores of the lattice do not repeat; the quantile of 500 scores may be off by one in rounding
        assertThat(above).isBetween((long) Math.floor((1 - level) * 500 - 1e-9) - 1, (long) ((1 - level) * 500 + 1e-6));
    }

    @Test
    void exemplars_are_rows_of_the_sample() {
        for (int cluster = 0; cluster < BASELINE.clusters(); cluster++) {
            assertThat(exemplars(BASELINE, cluster))
                    .isNotEmpty()
                    .doesNotHaveDuplicates()
                    .allSatisfy(id -> {
                        assertThat(id.getMostSignificantBits()).isZero();
                        assertThat(id.getLeastSignificantBits()).isBetween(1L, 1_000L);
                    });
        }
    }

    @Test
    void too_few_rows_are_refused_with_how_many_there_are() {
        BaselineSample few = lattice(200);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fit(few, 1))
                .withMessage("a baseline needs 1000 embeddings, the sample has 200: wait for more traffic");
    }

    @Test
    void rows_without_a_direction_are_left_out_of_a_sample() {
        BaselineSample sample = new BaselineSample(2);
        UUID id = new UUID(0, 1);
        assertThat(sample.add(new float[] {1, Float.NaN}, 0, id, 1)).isFalse();
        assertThat(sample.add(new float[] {Float.POSITIVE_INFINITY, 1}, 0, id, 1))
                .isFalse();
        assertThat(sample.add(new float[] {0, 0}, 0, id, 1)).isFalse();
        assertThat(sample.add(new float[] {9, 3e38f, -3e38f}, 1, id, 1)).isTrue();
        assertThat(sample.count()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BaselineSample(0))
                .withMessageContaining("0");
    }

    @Test
    void rows_of_one_group_stay_on_one_side() {
        BaselineSample sample = new BaselineSample(1);
        for (int i = 0; i < 2_000; i++) {
            sample.add(new float[] {1}, 0, new UUID(0, i), i % 37);
        }
        for (int seed = 0; seed < 50; seed++) {
            int[] order = sample.shuffled(new SplitMix64(seed));
            int split = sample.split(order);
            List<Long> fitted = groups(sample, order, 0, split);
            assertThat(fitted).doesNotContainAnyElementsOf(groups(sample, order, split, order.length));
            // 37 groups of 54 rows: the split comes at most one group behind the middle
            assertThat(split).isBetween(1_000, 1_055);
        }
    }

    @Test
    void a_sample_of_one_group_is_split_in_the_middle() {
        BaselineSample sample = new BaselineSample(1);
        for (int i = 0; i < 1_001; i++) {
            sample.add(new float[] {1}, 0, new UUID(0, i), 7);
        }
        assertThat(sample.split(sample.shuffled(new SplitMix64(1)))).isEqualTo(500);
    }

    @Test
    void votes_of_held_out_rows_are_counted_by_stratum() {
        BaselineSample sample = new BaselineSample(DIMENSION);
        float[][] vectors = Lattice.rows(1_000, DIMENSION, 7919, 104729, 0, 1);
        for (int i = 0; i < vectors.length; i++) {
            Stratum vote = i % 4 == 0 ? null : i % 4 == 1 ? Stratum.WEEKDAY_MORNING : Stratum.WEEKEND_NIGHT;
            sample.add(vectors[i], 0, new UUID(0, i + 1), i, vote);
        }
        EmbeddingBaseline voted = EmbeddingBaseline.fit(sample, 42);
        StratumCounts votes = voted.heldOutVotes();
        // Three rows of four vote: hypergeometric, 375 of 500 with deviation 6.8; four of them
        assertThat(votes.rows()).isBetween(375L - 28, 375L + 28);
        assertThat(votes.events()).isBetween(1L, voted.heldOut().above(voted.novelEdge()));
        assertThat(EmbeddingBaseline.fromBytes(voted.toBytes()).heldOutVotes()).isEqualTo(votes);
        assertThat(BASELINE.heldOutVotes()).isEqualTo(StratumCounts.none());
        // A vote changes nothing else
        assertThat(voted.fingerprint()).isEqualTo(BASELINE.fingerprint());
    }

    @Test
    void documents_are_the_sketch_and_all_queries_are_held_out() {
        BaselineSample documents = lattice(40);
        EmbeddingBaseline coverage = EmbeddingBaseline.ofDocuments(documents, lattice(500), 1);
        assertThat(coverage.heldOut().count()).isEqualTo(500);
        assertThat(coverage.heldOut().nearestCounts()).hasSize(40);
        assertThat(EmbeddingBaseline.fromBytes(coverage.toBytes())).isEqualTo(coverage);
        assertThat(EmbeddingBaseline.ofDocuments(lattice(1), lattice(500), 1)
                        .heldOut()
                        .nearestCounts())
                .containsExactly(500);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.ofDocuments(new BaselineSample(DIMENSION), lattice(500), 1))
                .withMessageContaining("0 documents are not 1 to 2500");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.ofDocuments(documents, lattice(499), 1))
                .withMessageContaining("500 queries are needed, there are 499: wait for more traffic");
    }

    @Test
    void the_held_out_half_can_be_seen_by_part_of_the_traffic() {
        SortedMap<String, ScoredProfile> parts =
                BASELINE.heldOutBy(SAMPLE, 42, id -> switch ((int) (id.getLeastSignificantBits() % 3)) {
                    case 0 -> "";
                    case 1 -> "one";
                    default -> "two";
                });
        assertThat(parts).containsOnlyKeys("one", "two");
        SortedMap<String, ScoredProfile> whole = BASELINE.heldOutBy(SAMPLE, 42, id -> "all");
        assertThat(whole.get("all")).isEqualTo(BASELINE.heldOut());
    }

    @Test
    void damaged_bytes_are_refused_with_what_is_wrong_and_what_to_do() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(new byte[69]))
                .withMessage(
                        "embedding baseline: 69 bytes are too few for its header; the stored bytes are damaged, make"
                                + " them again from the rows");
        refused(in -> in.put(0, (byte) 3), "version 3 is not 1; read it with the Drift-Aware version that wrote it");
        refused(in -> in.put(0, (byte) 2), "0 bytes are too few for a part of the week");
        refused(in -> in.put(1, (byte) 3), "kind 3 is not 4");
        refused(in -> in.putInt(2, 0), "dimension 0 is not 1 to 16000");
        refused(in -> in.putInt(2, 4), "bytes where 21267 are expected");
        refused(
                in -> in.putInt(6, 501),
                "2000 counts near its sketch are neither the 2004 of its 501 fitted rows nor none");
        refused(in -> in.putInt(10, 2_501), "sketch size 2501 is not 1 to 2500");
        refused(in -> in.putInt(14, -1), "number of clusters -1 is not 1 to 10000");
        refused(in -> in.putInt(18, 1_001), "number of edges 1001 is not 1 to 1000");
        refused(in -> in.putInt(22, 33), "there is no edge 33");
        refused(in -> in.putInt(22, 24), "edge 24 is not at the 95 % quantile of its held-out half");
        refused(in -> in.putInt(26, 0), "length of the held-out profile 0 is not 1 to");
        refused(in -> in.putLong(30, 1), "its held-out half was scored against something else");
        refused(in -> in.putDouble(38, Double.NaN), "bandwidth NaN is not above 0");
        refused(in -> in.putDouble(38, 0), "bandwidth 0.0 is not above 0");
        refused(in -> in.putDouble(38, 2), "its held-out half was scored against something else");
        refused(in -> in.putDouble(46, Double.NaN), "feature trace NaN is not 0 or more");
        refused(in -> in.putDouble(54, -1), "feature trace -1.0 is not 0 or more");
        refused(in -> in.putFloat(HEADER, Float.NaN), "its held-out half was scored against something else");
        refused(in -> in.putFloat(EDGES - 4, 0), "its held-out half was scored against something else");
        refused(in -> in.putFloat(EDGES, 0), "its held-out half was scored against something else");
        refused(in -> in.putInt(FITTED, -1), "-1 rows near sketch vector 0");
        refused(
                in -> in.putInt(FITTED, 400),
                "counts near its sketch are neither the 2000 of its 500 fitted rows nor none");
        refused(in -> in.putInt(VOTES, 501), "its held-out votes are impossible");
        refused(in -> in.putInt(VOTES + 4, 1), "its held-out votes are impossible");
        refused(in -> in.putDouble(GROWTH, Double.NaN), "growth limits NaN and");
        refused(in -> in.putDouble(GROWTH + 8, 0), "and 0.0 are no location and scale");
        refused(in -> in.put(HELD_OUT, (byte) 2), "scored profile: version 2 is not 1");
        refused(in -> in.putLong(HELD_OUT + 2, 1), "its held-out half was scored against something else");
    }

    @Test
    void cut_or_longer_bytes_are_refused() {
        byte[] bytes = BASELINE.toBytes();
        for (int length : new int[] {HEADER, EDGES, HELD_OUT, bytes.length - 1, bytes.length + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EmbeddingBaseline.fromBytes(Arrays.copyOf(bytes, length)))
                    .withMessageContaining(length + " bytes where " + bytes.length + " are expected");
        }
    }

    private static List<UUID> exemplars(EmbeddingBaseline baseline, int cluster) {
        return baseline.exemplars(baseline.members(cluster));
    }

    private static void refused(Consumer<ByteBuffer> damage, String message) {
        byte[] bytes = BASELINE.toBytes();
        damage.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(bytes))
                .withMessageContaining(message);
    }

    private static List<Long> groups(BaselineSample sample, int[] order, int from, int to) {
        return Arrays.stream(order, from, to)
                .mapToObj(row -> sample.eventId(row).getLeastSignificantBits() % 37)
                .distinct()
                .toList();
    }

    private static ScoredProfile profile(EmbeddingBaseline baseline) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        float[][] rows = Lattice.rows(100, DIMENSION, 31, 77, 0, 1);
        for (int i = 0; i < rows.length; i++) {
            recorder.add(rows[i], 0, 0, i);
        }
        return recorder.snapshot();
    }

    private static BaselineSample lattice(int rows) {
        BaselineSample sample = new BaselineSample(DIMENSION);
        float[][] vectors = Lattice.rows(rows, DIMENSION, 7919, 104729, 0, 1);
        for (int i = 0; i < rows; i++) {
            sample.add(vectors[i], 0, new UUID(0, i + 1), i);
        }
        return sample;
    }
}
