package io.driftaware.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.profile.RandomSplits;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A thousand random cases: any split, any order, any grouping and any number of threads give the same bytes. */
class ScoredMergeTest {

    private static final int REFERENCES = 20;
    private static final int CASES_EACH = 50;

    private record Row(float[] vector, long idHigh, long idLow) {}

    @Test
    void scored_rows_merge_to_the_same_bytes_however_they_are_split() throws Exception {
        Random random = new Random(20_260_104);
        for (int r = 0; r < REFERENCES; r++) {
            int dimension = 1 + random.nextInt(24);
            Reference reference = reference(random, dimension, 2 + random.nextInt(60));
            NoveltyScale scale = scale(random);
            for (int i = 0; i < CASES_EACH; i++) {
                List<Row> rows = rows(random, dimension);
                byte[] whole = profile(rows, reference, scale).toBytes();
                byte[] merged = RandomSplits.splitAndMerge(
                                random, rows, part -> profile(part, reference, scale), ScoredProfile::merge)
                        .toBytes();
                assertThat(merged).as("case %d of reference %d", i, r).isEqualTo(whole);
                assertThat(ScoredProfile.fromBytes(merged).toBytes())
                        .as("case %d of reference %d", i, r)
                        .isEqualTo(whole);
            }
        }
    }

    private static ScoredProfile profile(List<Row> rows, Reference reference, NoveltyScale scale) {
        ScoredRecorder recorder = new EmbeddingScorer(1, reference, scale).recorder();
        for (Row row : rows) {
            recorder.add(row.vector(), 0, row.idHigh(), row.idLow());
        }
        return recorder.snapshot();
    }

    private static Reference reference(Random random, int dimension, int rows) {
        float[] vectors = new float[rows * dimension];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) random.nextGaussian();
        }
        for (int row = 0; row < rows; row++) {
            UnitVectors.normalise(vectors, row * dimension, vectors, row * dimension, dimension);
        }
        return Reference.fit(UnitVectors.wrap(dimension, vectors), new SplitMix64(random.nextLong()));
    }

    private static NoveltyScale scale(Random random) {
        float[] scores = new float[200];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = random.nextFloat() / 4;
        }
        return NoveltyScale.of(scores);
    }

    /** Of any size; now and then without a direction, or a second time under the same id. */
    private static List<Row> rows(Random random, int dimension) {
        List<Row> rows = new ArrayList<>();
        for (int n = random.nextInt(200); n > 0; n--) {
            float[] vector = new float[dimension];
            int exponent = random.nextInt(-60, 60);
            for (int i = 0; i < dimension; i++) {
                vector[i] = (float) Math.scalb(random.nextGaussian(), exponent);
            }
            if (random.nextInt(40) == 0) {
                vector[random.nextInt(dimension)] = Float.NaN;
            }
            if (random.nextInt(40) == 0) {
                vector = new float[dimension];
            }
            rows.add(new Row(vector, random.nextInt(2), random.nextInt(1_000)));
            if (random.nextInt(40) == 0) {
                rows.add(rows.get(rows.size() - 1));
            }
        }
        return rows;
    }
}
