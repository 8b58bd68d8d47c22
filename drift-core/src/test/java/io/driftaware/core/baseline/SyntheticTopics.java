package io.driftaware.core.baseline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Embeddings of a few topics: each topic is a random direction, a row is that direction plus normal noise. With noise 1 two
 * rows of one topic have a cosine of about 1/2, rows of two topics of about 0.
 */
public final class SyntheticTopics {

    private final int dimension;
    private final double noise;
    private final Random random;
    private final double[][] centres;
    private long rows;

    public SyntheticTopics(int dimension, int topics, double noise, long seed) {
        this(dimension, noise, new Random(seed), new double[topics][dimension], 0);
        for (double[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = random.nextGaussian() / Math.sqrt(dimension);
            }
        }
    }

    private SyntheticTopics(int dimension, double noise, Random random, double[][] centres, long rows) {
        this.dimension = dimension;
        this.noise = noise;
        this.random = random;
        this.centres = centres;
        this.rows = rows;
    }

    /** The same topics, of which other rows will be drawn. */
    public SyntheticTopics again(long seed) {
        return new SyntheticTopics(dimension, noise, new Random(seed), centres, rows);
    }

    /** A row of one topic. */
    public float[] row(int topic) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) (centres[topic][i] + noise * random.nextGaussian() / Math.sqrt(dimension));
        }
        return row;
    }

    /** Rows of the first topics, each as likely as the others. */
    public List<float[]> rows(int count, int topics) {
        List<float[]> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            result.add(row(random.nextInt(topics)));
        }
        return result;
    }

    /** A sample of rows of the first topics, no two of which move together. */
    public BaselineSample sample(int count, int topics) {
        return sample(rows(count, topics));
    }

    /** A sample of rows no two of which move together. */
    public BaselineSample sample(List<float[]> vectors) {
        BaselineSample sample = new BaselineSample(dimension);
        for (float[] vector : vectors) {
            UUID id = nextId();
            sample.add(vector, 0, id, id.getLeastSignificantBits());
        }
        return sample;
    }

    /**
     * Days of traffic from a Monday on, the same number of rows each: of the first {@code weekdayTopics} topics on working days
     * and of the first {@code weekendTopics} at weekends.
     */
    public Weeks weekly(int days, int rowsADay, int weekdayTopics, int weekendTopics) {
        Weeks weeks = new Weeks(new BaselineSample(dimension), new BaselineSample(dimension));
        for (int day = 0; day < days; day++) {
            boolean weekend = day % 7 >= 5;
            for (int i = 0; i < rowsADay; i++) {
                float[] vector = row(random.nextInt(weekend ? weekendTopics : weekdayTopics));
                UUID id = nextId();
                Instant at = MONDAY.plus(Duration.ofDays(day)).plusSeconds(86_400L * i / rowsADay);
                weeks.timed.add(vector, 0, id, id.getLeastSignificantBits(), at, false);
                weeks.untimed.add(vector, 0, id, id.getLeastSignificantBits());
            }
        }
        return weeks;
    }

    /** The start of {@link #weekly}. */
    public static final Instant MONDAY = Instant.parse("2026-03-02T00:00:00Z");

    /** The same rows with their times and without. */
    public record Weeks(BaselineSample timed, BaselineSample untimed) {
        /** A baseline of the rows with their times. */
        public EmbeddingBaseline fit(long seed) {
            return EmbeddingBaseline.fit(timed, seed);
        }
    }

    /** The profile of some rows. */
    public ScoredProfile profile(List<float[]> vectors, EmbeddingBaseline baseline) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        for (float[] vector : vectors) {
            UUID id = nextId();
            recorder.add(vector, 0, id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
        return recorder.snapshot();
    }

    /** The profiles of some rows, so many to a bucket. */
    public List<ScoredProfile> buckets(List<float[]> vectors, int size, EmbeddingBaseline baseline) {
        List<ScoredProfile> buckets = new ArrayList<>();
        for (int from = 0; from < vectors.size(); from += size) {
            buckets.add(profile(vectors.subList(from, Math.min(vectors.size(), from + size)), baseline));
        }
        return buckets;
    }

    /** Rows scaled to length 1. */
    UnitVectors units(List<float[]> vectors) {
        return sample(vectors).vectors(IntStream.range(0, vectors.size()).toArray());
    }

    private UUID nextId() {
        return new UUID(0, ++rows);
    }
}
