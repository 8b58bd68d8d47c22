package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.baseline.BaselineSample;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.baseline.EmbeddingScorer;
import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.baseline.ScoredRecorder;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.EmbeddingRecorder;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** A data set under a baseline: rows become profiles as the monitor makes them. */
final class Subject {

    /** Quarters of an hour of the shortest window, a day. */
    private static final int BUCKETS = 96;

    private static final Duration BUCKET = Duration.ofMinutes(15);

    /** A profile keeps the ids of so many novel rows. */
    private static final int SAMPLED = 64;

    private final LabelledQueries queries;
    private final EmbeddingBaseline baseline;
    private final EmbeddingProfile before;

    private Subject(LabelledQueries queries, EmbeddingBaseline baseline, EmbeddingProfile before) {
        this.queries = queries;
        this.baseline = baseline;
        this.before = before;
    }

    /** Rows that came at known times. */
    static Subject fit(LabelledQueries queries, int[] rows, Instant[] times, RandomGenerator random) {
        BaselineSample sample = new BaselineSample(queries.dimension());
        EmbeddingRecorder classic = new EmbeddingRecorder(queries.dimension());
        for (int i = 0; i < rows.length; i++) {
            sample.add(
                    queries.vectors(), rows[i] * queries.dimension(), id(rows[i]), random.nextLong(), times[i], true);
            classic.add(queries.vectors(), rows[i] * queries.dimension());
        }
        return new Subject(queries, EmbeddingBaseline.fit(sample, random.nextLong()), classic.snapshot());
    }

    static Subject fit(Split split, RandomGenerator random) {
        LabelledQueries queries = split.queries();
        BaselineSample sample = new BaselineSample(queries.dimension());
        EmbeddingRecorder classic = new EmbeddingRecorder(queries.dimension());
        for (int row : split.baseline()) {
            // Each row stands for a conversation of its own, at any time of the week.
            sample.add(
                    queries.vectors(),
                    row * queries.dimension(),
                    id(row),
                    random.nextLong(),
                    Checks.stratum(random.nextInt(7 * Checks.PER_DAY)));
            classic.add(queries.vectors(), row * queries.dimension());
        }
        return new Subject(queries, EmbeddingBaseline.fit(sample, random.nextLong()), classic.snapshot());
    }

    /** Rows of a window, by bucket and in the classic way. */
    record Window(List<ScoredProfile> buckets, EmbeddingProfile classic) {
        /** The buckets by their start, were the window that day. */
        SortedMap<Instant, ScoredProfile> on(Instant day) {
            SortedMap<Instant, ScoredProfile> timed = new TreeMap<>();
            buckets.forEach(bucket -> timed.put(day.plus(BUCKET.multipliedBy(timed.size())), bucket));
            return timed;
        }

        ScoredProfile whole() {
            return buckets.stream().reduce(ScoredProfile::merge).orElseThrow();
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

    /** Rows of one bucket. */
    ScoredProfile bucket(int[] rows) {
        ScoredRecorder recorder = new EmbeddingScorer(baseline).recorder();
        for (int row : rows) {
            add(recorder, row);
        }
        return recorder.snapshot();
    }

    /**
     * Which rows are novel. A score does not depend on what else is scored, so a stream that draws a row again and again need
     * not score it again.
     */
    BitSet novel(int[] rows) {
        BitSet novel = new BitSet();
        EmbeddingScorer scorer = new EmbeddingScorer(baseline);
        for (int from = 0; from < rows.length; from += SAMPLED) {
            ScoredRecorder recorder = scorer.recorder();
            for (int row : Arrays.copyOfRange(rows, from, Math.min(rows.length, from + SAMPLED))) {
                add(recorder, row);
            }
            recorder.snapshot().novelRows().forEach(found -> novel.set(row(found.eventId())));
        }
        return novel;
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
