package io.driftaware.core.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Rows around the directions of a few topics, as embeddings of queries lie. Seeded; a topic beyond the usual ones is new. */
public final class SyntheticQueries {

    public static final int DIMENSION = 24;
    public static final int TOPICS = 20;

    private static final double NOISE = 0.5;

    private final Random random;
    private final float[][] topics = new float[TOPICS + 1][DIMENSION];
    private long rows;

    public SyntheticQueries(long seed) {
        this.random = new Random(seed);
        for (float[] topic : topics) {
            for (int i = 0; i < DIMENSION; i++) {
                topic[i] = (float) random.nextGaussian();
            }
        }
    }

    /** A row with an id of its own. */
    public record Row(UUID id, float[] vector) {}

    public Row usual() {
        return about(random.nextInt(TOPICS));
    }

    public Row novel() {
        return about(TOPICS);
    }

    public Row about(int topic) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (topics[topic][i] + NOISE * random.nextGaussian());
        }
        return new Row(new UUID(random.nextLong(), ++rows), vector);
    }

    public List<Row> usual(int count) {
        List<Row> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(usual());
        }
        return list;
    }

    public static BaselineSample sample(List<Row> rows) {
        BaselineSample sample = new BaselineSample(DIMENSION);
        rows.forEach(row -> sample.add(row.vector(), 0, row.id(), row.id().getLeastSignificantBits()));
        return sample;
    }

    public EmbeddingBaseline baseline(int count) {
        return EmbeddingBaseline.fit(sample(usual(count)), 7);
    }

    public static ScoredProfile scored(EmbeddingBaseline baseline, List<Row> rows) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        rows.forEach(row -> recorder.add(
                row.vector(), 0, row.id().getMostSignificantBits(), row.id().getLeastSignificantBits()));
        return recorder.snapshot();
    }

    /** Rows as they come, one bucket after the other. */
    public static List<ScoredProfile> buckets(EmbeddingBaseline baseline, List<Row> rows, int buckets) {
        List<ScoredProfile> profiles = new ArrayList<>();
        for (int i = 0; i < buckets; i++) {
            profiles.add(scored(baseline, rows.subList(i * rows.size() / buckets, (i + 1) * rows.size() / buckets)));
        }
        return profiles;
    }
}
