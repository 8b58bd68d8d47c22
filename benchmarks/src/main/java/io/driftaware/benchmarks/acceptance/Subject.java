package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A data set under a baseline: rows become profiles as the monitor makes them. */
final class Subject {

    /** Quarters of an hour of the shortest window, a day. */
    private static final int BUCKETS = 96;

    private final LabelledQueries queries;
    private final EmbeddingBaseline baseline;
    private final EmbeddingProfile before;

    private Subject(LabelledQueries queries, EmbeddingBaseline baseline, EmbeddingProfile before) {
        this.queries = queries;
        this.baseline = baseline;
        this.before = before;
    }

    static Subject fit(Split split, RandomGenerator random) {
        LabelledQueries queries = split.queries();
        BaselineSample sample = new BaselineSample(queries.dimension());
        EmbeddingRecorder classic = new EmbeddingRecorder(queries.dimension());
        for (int row : split.baseline()) {
            sample.add(queries.vectors(), row * queries.dimension(), id(row), random.nextLong());
            classic.add(queries.vectors(), row * queries.dimension());
        }
        return new Subject(queries, EmbeddingBaseline.fit(sample, random.nextLong()), classic.snapshot());
    }

    /** Rows of a window, by bucket and in the classic way. */
    record Window(List<ScoredProfile> buckets, EmbeddingProfile classic) {
        ScoredProfile whole() {
            return ScoredProfile.merge(buckets);
        }
    }

    /** Rows that came at random times of a day. */
    Window window(int[] rows, RandomGenerator random) {
        EmbeddingScorer scorer = new EmbeddingScorer(baseline);
        ScoredRecorder[] recorders = new ScoredRecorder[BUCKETS];
        EmbeddingRecorder classic = new EmbeddingRecorder(queries.dimension());
        for (int row : rows) {
            int bucket = random.nextInt(BUCKETS);
            ScoredRecorder recorder = recorders[bucket];
            if (recorder == null) {
                recorder = scorer.recorder();
                recorders[bucket] = recorder;
            }
            add(recorder, row);
            classic.add(queries.vectors(), row * queries.dimension());
        }
        return new Window(
                Arrays.stream(recorders)
                        .filter(Objects::nonNull)
                        .map(ScoredRecorder::snapshot)
                        .toList(),
                classic.snapshot());
    }

    /** Rows of one check. */
    ScoredProfile batch(int[] rows) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        for (int row : rows) {
            add(recorder, row);
        }
        return recorder.snapshot();
    }

    private void add(ScoredRecorder recorder, int row) {
        recorder.add(
                queries.vectors(),
                row * queries.dimension(),
                id(row).getMostSignificantBits(),
                id(row).getLeastSignificantBits());
    }

    /** An event id that tells the row. */
    static UUID id(int row) {
        return new UUID(row * 0x9E3779B97F4A7C15L, row + 1L);
    }

    static int row(UUID id) {
        return (int) (id.getLeastSignificantBits() - 1);
    }

    EmbeddingBaseline baseline() {
        return baseline;
    }

    EmbeddingProfile before() {
        return before;
    }

    LabelledQueries queries() {
        return queries;
    }
}
