package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftaware.core.baseline.SyntheticQueries.Row;
import io.driftaware.core.sequential.Stratum;
import io.driftaware.core.sequential.StratumCounts;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddingBaselineTest {

    private final SyntheticQueries queries = new SyntheticQueries(1);

    @Test
    void too_few_rows_are_refused_in_words() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> queries.baseline(200))
                .withMessage("a baseline needs 1000 embeddings, the sample has 200: wait for more traffic");
    }

    @Test
    void the_same_sample_and_seed_give_the_same_bytes() {
        List<Row> rows = queries.usual(1_000);
        EmbeddingBaseline one = EmbeddingBaseline.fit(SyntheticQueries.sample(rows), 3);
        assertThat(EmbeddingBaseline.fit(SyntheticQueries.sample(rows), 3).toBytes())
                .isEqualTo(one.toBytes());
        assertThat(EmbeddingBaseline.fit(SyntheticQueries.sample(rows), 4).fingerprint())
                .isNotEqualTo(one.fingerprint());
    }

    @Test
    void what_is_written_is_read_and_scores_alike() {
        EmbeddingBaseline baseline = queries.baseline(1_200);
        EmbeddingBaseline read = EmbeddingBaseline.fromBytes(baseline.toBytes());
        assertThat(read).isEqualTo(baseline).hasSameHashCodeAs(baseline);
        assertThat(read.rows()).isEqualTo(1_200);
        List<Row> rows = queries.usual(50);
        assertThat(SyntheticQueries.scored(read, rows).toBytes())
                .isEqualTo(SyntheticQueries.scored(baseline, rows).toBytes());
        assertThat(read.exemplars(read.members(0))).isEqualTo(baseline.exemplars(baseline.members(0)));
    }

    /** The stored form of a baseline is too long to stand here; its start and its digest do. */
    @Test
    void the_stored_form_stays_as_it_is() throws NoSuchAlgorithmException {
        BaselineSample sample = new BaselineSample(3);
        for (int i = 0; i < 1_000; i++) {
            float[] row = {i % 7 - 3, i % 11 - 5, i % 13 - 5.5f};
            sample.add(row, 0, new UUID(i, -i), i, Stratum.values()[i % 8]);
        }
        byte[] bytes = EmbeddingBaseline.fit(sample, 42).toBytes();
        assertThat(HexFormat.of().formatHex(bytes, 0, 14)).isEqualTo("010403000000f4010000f4010000");
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo("cd8e63cdb5c089f9b52edbd8729f6647df7fae595738d06f4e878c255196966f");
    }

    @Test
    void damaged_bytes_are_refused() {
        byte[] bytes = queries.baseline(1_000).toBytes();
        refused(bytes, all -> Arrays.copyOf(all, 10), "too few for its header");
        refused(bytes, all -> with(all, 0, 3), "version 3 is not 1");
        refused(bytes, all -> with(all, 1, 3), "kind 3 is not 4");
        refused(bytes, all -> Arrays.copyOf(all, all.length - 1), "bytes where " + bytes.length + " are expected");
        refused(bytes, all -> with(all, 100, all[100] + 1), "scored against something else");
    }

    @Test
    void only_directions_count() {
        List<Row> rows = queries.usual(1_000);
        List<Row> longer = rows.stream()
                .map(row -> new Row(row.id(), scaled(row.vector(), 1 << row.id().hashCode() % 7 + 7)))
                .toList();
        assertThat(EmbeddingBaseline.fit(SyntheticQueries.sample(longer), 1))
                .isEqualTo(EmbeddingBaseline.fit(SyntheticQueries.sample(rows), 1));
    }

    @Test
    void vectors_without_a_direction_are_left_out() {
        BaselineSample sample = new BaselineSample(2);
        assertThat(sample.add(new float[] {0, 0}, 0, new UUID(0, 1), 1)).isFalse();
        assertThat(sample.add(new float[] {1, Float.NaN}, 0, new UUID(0, 2), 2)).isFalse();
        assertThat(sample.add(new float[] {Float.POSITIVE_INFINITY, 0}, 0, new UUID(0, 3), 3))
                .isFalse();
        assertThat(sample.count()).isZero();
    }

    @Test
    void rows_of_one_group_stay_on_one_side() {
        BaselineSample sample = new BaselineSample(1);
        for (int i = 0; i < 1_000; i++) {
            sample.add(new float[] {1}, 0, new UUID(0, i), i / 20);
        }
        int[] order = sample.shuffled(new SplitMix64(5));
        int middle = sample.split(order);
        int[] fitted =
                IntStream.range(0, middle).map(i -> order[i] / 20).distinct().toArray();
        assertThat(IntStream.range(middle, 1_000).map(i -> order[i] / 20).toArray())
                .doesNotContain(fitted);
        assertThat(middle).isBetween(500, 519);
    }

    @Test
    void a_twentieth_of_the_held_out_rows_is_novel_and_votes_are_counted_apart() {
        BaselineSample sample = new BaselineSample(SyntheticQueries.DIMENSION);
        for (Row row : queries.usual(2_000)) {
            sample.add(row.vector(), 0, row.id(), row.id().getLeastSignificantBits(), Stratum.WEEKEND_NIGHT);
        }
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(sample, 1);
        assertThat(baseline.heldOut().count()).isEqualTo(1_000);
        assertThat(baseline.heldOut().above(baseline.novelEdge())).isEqualTo(50);
        assertThat(baseline.heldOutVotes()).isEqualTo(StratumCounts.of(Stratum.WEEKEND_NIGHT, 50, 1_000));
    }

    @Test
    void votes_of_new_rows_are_counted_whatever_bucket_they_belong_to() {
        EmbeddingBaseline baseline = queries.baseline(1_000);
        EmbeddingScorer scorer = new EmbeddingScorer(baseline);
        List<ScoredRecorder> buckets = List.of(scorer.recorder(), scorer.recorder());
        for (int i = 0; i < 100; i++) {
            Row row = i < 30 ? queries.novel() : queries.usual();
            Stratum vote = i % 3 == 0 ? null : i < 30 ? Stratum.WEEKDAY_NIGHT : Stratum.WEEKDAY_MORNING;
            buckets.get(i % 2).add(row.vector(), 0, 1, i, vote);
        }
        assertThat(scorer.votes().rows(Stratum.WEEKDAY_NIGHT)).isEqualTo(20);
        assertThat(scorer.votes().events(Stratum.WEEKDAY_NIGHT)).isEqualTo(20);
        assertThat(scorer.votes().rows(Stratum.WEEKDAY_MORNING)).isEqualTo(46);
        assertThat(buckets.get(0).snapshot().count()).isEqualTo(50);
    }

    @Test
    void identical_vectors_make_a_baseline_that_finds_nothing_novel_in_more_of_them() {
        BaselineSample sample = new BaselineSample(4);
        float[] always = {1, 2, 3, 4};
        for (int i = 0; i < 1_000; i++) {
            sample.add(always, 0, new UUID(0, i), i);
        }
        EmbeddingBaseline baseline = EmbeddingBaseline.fit(sample, 1);
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        for (int i = 0; i < 300; i++) {
            recorder.add(always, 0, 0, i);
        }
        assertThat(recorder.snapshot().above(baseline.novelEdge())).isZero();
        assertThat(EmbeddingBaseline.fromBytes(baseline.toBytes())).isEqualTo(baseline);
    }

    @Test
    void documents_are_a_baseline_for_whether_queries_are_covered() {
        BaselineSample documents = new BaselineSample(SyntheticQueries.DIMENSION);
        for (int topic = 0; topic < SyntheticQueries.TOPICS; topic++) {
            Row row = queries.about(topic);
            documents.add(row.vector(), 0, row.id(), topic);
        }
        BaselineSample asked = SyntheticQueries.sample(queries.usual(1_000));
        EmbeddingBaseline coverage = EmbeddingBaseline.ofDocuments(documents, asked, 1);
        assertThat(coverage.heldOut().count()).isEqualTo(1_000);
        ScoredProfile uncovered = SyntheticQueries.scored(
                coverage, IntStream.range(0, 100).mapToObj(i -> queries.novel()).toList());
        assertThat(uncovered.above(coverage.novelEdge())).isGreaterThan(90);
        assertThat(EmbeddingBaseline.fromBytes(coverage.toBytes())).isEqualTo(coverage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.ofDocuments(new BaselineSample(3), asked, 1))
                .withMessageContaining("0 documents are not 1 to 2500");
    }

    private static void refused(byte[] bytes, UnaryOperator<byte[]> damage, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingBaseline.fromBytes(damage.apply(bytes)))
                .withMessageContaining(message);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static float[] scaled(float[] vector, float factor) {
        float[] scaled = vector.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }
}
