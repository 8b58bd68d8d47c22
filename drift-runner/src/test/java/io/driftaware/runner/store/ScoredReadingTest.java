package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.runner.RawRows;
import io.driftaware.testdb.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows on their way past a baseline. */
class ScoredReadingTest {
    private static final int DIMENSION = 8;

    @RegisterExtension
    static final TestDatabase db = TestDatabase.withSchema(DIMENSION);

    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final EmbeddingBaseline BASELINE = baseline();

    private final RawRows rows = new RawRows(db);
    private final CheckReading reading = new CheckReading(db, NOW);
    private long id;

    private static EmbeddingBaseline baseline() {
        Random random = new Random(1);
        BaselineSample sample = new BaselineSample(DIMENSION);
        for (int i = 0; i < 1_000; i++) {
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = (float) (random.nextGaussian() * 0.1) + (j == 0 ? 1 : 0);
            }
            UUID row = new UUID(1, i);
            sample.add(vector, 0, row, i);
        }
        return EmbeddingBaseline.fit(sample, 5);
    }

    @BeforeEach
    void one_baseline() {
        db.reset();
        id = db.count(
                "INSERT INTO drift_baselines (stream, row_count, body) VALUES ('query_embeddings', 0, '') RETURNING id");
        Scoring.Loaded loaded = new Scoring.Loaded(id, BASELINE, NOW.minus(HOUR.multipliedBy(2)));
        reading.scoring((stream, space) -> stream == WatchedStream.QUERY_EMBEDDINGS ? loaded : null);
    }

    private List<ScoredProfile> stored(String segment) throws SQLException {
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            return session.read(connection -> new ScoredBuckets(connection, new ProfileMemory())
                    .latest(id, segment, NOW.plus(HOUR), Long.MAX_VALUE, HOUR, Duration.ofDays(7)));
        }
    }

    /** Of all queries behind the baseline, straight from their rows. */
    private ScoredProfile expected() {
        ScoredRecorder recorder = new EmbeddingScorer(BASELINE).recorder();
        String rows = db.value(
                """
                SELECT string_agg(event_id || ' ' || array_to_string(embedding::real[], ' '), E'\n')
                FROM embeddings_log WHERE type = 'query' AND timestamp > '2026-03-04T10:00Z'
                """);
        for (String row : String.valueOf(rows).split("\n")) {
            String[] parts = row.split(" ");
            float[] vector = new float[DIMENSION];
            for (int j = 0; j < DIMENSION; j++) {
                vector[j] = Float.parseFloat(parts[j + 1]);
            }
            UUID event = UUID.fromString(parts[0]);
            recorder.add(vector, 0, event.getMostSignificantBits(), event.getLeastSignificantBits());
        }
        return recorder.snapshot();
    }

    private static ScoredProfile merged(List<ScoredProfile> buckets) {
        return buckets.stream().reduce(ScoredProfile::merge).orElseThrow();
    }

    @Test
    void are_scored_byte_for_byte_as_by_a_recorder_however_they_are_parted() throws SQLException {
        reading.rowsAPass(37);
        rows.embeddings(150, NOW.minus(HOUR.multipliedBy(3)), HOUR.multipliedBy(3), "query", DIMENSION, 0, null);
        rows.embeddings(40, NOW.minus(HOUR), HOUR, "query", DIMENSION, 3, null);
        rows.embeddings(40, NOW.minus(HOUR), HOUR, "doc", DIMENSION, 3, null);
        Tally first = reading.read().tally();
        rows.embeddings(30, NOW.minus(HOUR), HOUR, "query", DIMENSION, 4, null);
        Tally second = reading.read().tally();

        ScoredProfile whole = merged(stored(""));
        assertThat(whole).isEqualTo(expected());
        Tally.Count novelty = Tally.total(first.plus(second).novelty().get(id));
        assertThat(novelty.rows()).isEqualTo(whole.count());
        assertThat(novelty.events())
                .as("the two other topics, and 5 %% of the 100 that are like the baseline")
                .isEqualTo(whole.above(BASELINE.edgeAt(0.95)))
                .isBetween(70L, 90L);
    }

    @Test
    void of_the_time_that_the_baseline_was_made_from_are_not_scored() throws SQLException {
        rows.embedding(NOW.minus(HOUR.multipliedBy(2)), "query", new float[] {1, 0, 0, 0, 0, 0, 0, 0}, null);
        rows.embedding(
                NOW.minus(HOUR.multipliedBy(2)).plusNanos(1000), "query", new float[] {1, 0, 0, 0, 0, 0, 0, 0}, null);
        reading.read();
        assertThat(merged(stored("")).count()).isEqualTo(1);
        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(2);
    }

    @Test
    void of_a_segment_are_in_its_profile_and_in_the_whole() throws SQLException {
        rows.embeddings(60, NOW.minus(HOUR), HOUR, "query", DIMENSION, 0, null);
        db.execute("UPDATE embeddings_log SET tenant = CASE id % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END");
        reading.read();
        assertThat(merged(stored("")).count()).isEqualTo(60);
        assertThat(merged(stored("a")).count()).isEqualTo(20);
        assertThat(merged(stored("b")).count()).isEqualTo(20);
        assertThat(merged(stored(""))).isEqualTo(expected());
    }

    @Test
    void of_a_very_busy_bucket_are_sampled_and_counted_in_full() throws SQLException {
        int count = 6_000;
        db.execute(
                """
                INSERT INTO embeddings_log (timestamp, type, embedding)
                SELECT '2026-03-04T11:31Z', 'query', '%s' FROM generate_series(1, %d)
                """
                        .formatted(
                                db.vectorKind() == io.driftaware.testdb.VectorKind.VECTOR
                                        ? "[1,0,0,0,0,0,0,0]"
                                        : "{1,0,0,0,0,0,0,0}",
                                count));
        reading.rowsAPass(1_500).read();

        assertThat(db.count("SELECT sum(row_count) FROM drift_profiles")).isEqualTo(count);
        // 2,000 and then the n-th with probability 2,000/n: a sum of independent draws, five standard deviations.
        double expected = RowSampling.ALL_UP_TO;
        double variance = 0;
        for (int n = RowSampling.ALL_UP_TO + 1; n <= count; n++) {
            double p = (double) RowSampling.ALL_UP_TO / n;
            expected += p;
            variance += p * (1 - p);
        }
        assertThat((double) merged(stored("")).count()).isCloseTo(expected, within(5 * Math.sqrt(variance)));
    }

    @Test
    void that_have_no_direction_are_counted_as_rejected_only() throws SQLException {
        rows.embedding(NOW.minusSeconds(60), "query", new float[DIMENSION], null);
        Intake.Taken taken = reading.read();
        assertThat(merged(stored("")).rejected()).isEqualTo(1);
        assertThat(taken.tally().novelty()).isEmpty();
    }

    @Test
    void grow_a_window_back_until_it_holds_enough() throws SQLException {
        rows.embeddings(40, NOW.minus(HOUR), HOUR, "query", DIMENSION, 0, null);
        reading.read();
        try (CheckSession session = CheckSession.open(db.dataSource())) {
            session.read(connection -> {
                ScoredBuckets buckets = new ScoredBuckets(connection, new ProfileMemory());
                Duration quarter = Bucket.LENGTH;
                assertThat(buckets.latest(id, "", NOW, 15, quarter, HOUR)).hasSize(2);
                assertThat(buckets.latest(id, "", NOW, 15, quarter.multipliedBy(3), HOUR))
                        .hasSize(3);
                assertThat(buckets.latest(id, "", NOW, 100, quarter, HOUR)).hasSize(4);
                assertThat(buckets.latest(id, "", NOW, 100, quarter, quarter.multipliedBy(2)))
                        .hasSize(2);
                return null;
            });
        }
    }
}
