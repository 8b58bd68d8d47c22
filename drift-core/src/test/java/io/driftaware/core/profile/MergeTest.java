package io.driftaware.core.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A thousand random cases each: any split, any order, any grouping and any number of threads give the same bytes. */
class MergeTest {

    private static final int CASES = 1000;

    @Test
    void embeddings_merge_to_the_same_bytes_however_they_are_split() throws Exception {
        Random random = new Random(20_260_101);
        for (int i = 0; i < CASES; i++) {
            int dimension = 1 + random.nextInt(24);
            List<float[]> rows = new ArrayList<>();
            for (int n = random.nextInt(60); n > 0; n--) {
                rows.add(vector(random, dimension));
            }
            byte[] whole = embeddings(dimension, rows).toBytes();
            byte[] merged = RandomSplits.splitAndMerge(
                            random, rows, part -> embeddings(dimension, part), EmbeddingProfile::merge)
                    .toBytes();
            assertThat(merged).as("case %d", i).isEqualTo(whole);
            assertThat(EmbeddingProfile.fromBytes(merged).toBytes())
                    .as("case %d", i)
                    .isEqualTo(whole);
        }
    }

    @Test
    void interactions_merge_to_the_same_bytes_however_they_are_split() throws Exception {
        Random random = new Random(20_260_102);
        for (int i = 0; i < CASES; i++) {
            List<Row> rows = new ArrayList<>();
            for (int n = random.nextInt(60); n > 0; n--) {
                rows.add(Row.random(random));
            }
            byte[] whole = interactions(rows).toBytes();
            byte[] merged = RandomSplits.splitAndMerge(random, rows, MergeTest::interactions, InteractionProfile::merge)
                    .toBytes();
            assertThat(merged).as("case %d", i).isEqualTo(whole);
            assertThat(InteractionProfile.fromBytes(merged).toBytes())
                    .as("case %d", i)
                    .isEqualTo(whole);
        }
    }

    @Test
    void a_recorder_that_merges_profiles_gives_the_same_bytes_as_one_that_saw_the_rows() {
        Random random = new Random(20_260_103);
        List<float[]> rows = new ArrayList<>();
        for (int n = 0; n < 40_000; n++) {
            rows.add(vector(random, 3));
        }
        EmbeddingRecorder recorder = new EmbeddingRecorder(3);
        for (int from = 0; from < rows.size(); from += 10_000) {
            recorder.add(rows.get(from));
            recorder.merge(embeddings(3, rows.subList(from + 1, from + 10_000)));
        }
        assertThat(recorder.snapshot().toBytes()).isEqualTo(embeddings(3, rows).toBytes());
    }

    private static EmbeddingProfile embeddings(int dimension, List<float[]> rows) {
        EmbeddingRecorder recorder = new EmbeddingRecorder(dimension);
        rows.forEach(recorder::add);
        return recorder.snapshot();
    }

    private static InteractionProfile interactions(List<Row> rows) {
        InteractionRecorder recorder = new InteractionRecorder();
        for (Row row : rows) {
            recorder.addInteraction(row.refusal(), row.toxic());
            recorder.addFeedback(row.score());
        }
        return recorder.snapshot();
    }

    /** Of any size from 2^-80 to beyond the range, and now and then not a number. */
    private static float[] vector(Random random, int dimension) {
        int exponent = random.nextInt(-80, 22);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) Math.scalb(random.nextGaussian(), exponent);
        }
        if (random.nextInt(50) == 0) {
            vector[random.nextInt(dimension)] = Float.NaN;
        }
        return vector;
    }

    private record Row(@Nullable Boolean refusal, @Nullable Boolean toxic, double score) {

        static Row random(Random random) {
            double score = random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian() * 3;
            return new Row(flag(random), flag(random), score);
        }

        private static @Nullable Boolean flag(Random random) {
            int choice = random.nextInt(3);
            return choice == 2 ? null : choice == 1;
        }
    }
}
