package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.WatchedStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The baselines that recent traffic is compared with, with their contents. */
final class InUse implements Scoring {
    private final Map<Key, KnownBaseline<?>> baselines = new HashMap<>();
    private final Map<Key, Unreadable> unreadable = new HashMap<>();

    private record Key(WatchedStream stream, String space) {
        static Key of(Baseline row) {
            return new Key(row.stream(), row.space());
        }
    }

    private record Unreadable(Baseline row, DriftMonitorException failure) {}

    void put(KnownBaseline<?> baseline) {
        baselines.put(Key.of(baseline.row()), baseline);
    }

    /** One whose contents make no sense: whoever asks for it fails with this. */
    void putUnreadable(Baseline row, DriftMonitorException failure) {
        unreadable.put(Key.of(row), new Unreadable(row, failure));
    }

    @Nullable
    KnownBaseline<EmbeddingBaseline> embeddings(WatchedStream stream, EmbeddingSpace space) {
        return of(stream, space.key(), EmbeddingBaseline.class);
    }

    /** Those of embeddings that can be read. */
    List<KnownBaseline<EmbeddingBaseline>> ofEmbeddings() {
        List<KnownBaseline<EmbeddingBaseline>> found = new ArrayList<>();
        for (KnownBaseline<?> baseline : baselines.values()) {
            if (baseline.contents() instanceof EmbeddingBaseline contents) {
                found.add(new KnownBaseline<>(baseline.row(), contents));
            }
        }
        return found;
    }

    @Nullable
    KnownBaseline<RateBaseline> rate(WatchedStream stream) {
        return of(stream, "", RateBaseline.class);
    }

    @Nullable
    KnownBaseline<ScoreBaseline> score(WatchedStream stream) {
        return of(stream, "", ScoreBaseline.class);
    }

    /** The numbers of a stream's baselines, one for each embedding model. */
    Set<Long> ids(WatchedStream stream) {
        return Stream.concat(
                        baselines.values().stream().map(KnownBaseline::row),
                        unreadable.values().stream().map(Unreadable::row))
                .filter(row -> row.stream() == stream)
                .map(Baseline::id)
                .collect(Collectors.toSet());
    }

    @Nullable
    KnownBaseline<CoverageBaseline> coverage(WatchedStream stream) {
        return of(stream, "", CoverageBaseline.class);
    }

    @Override
    public @Nullable Loaded baseline(WatchedStream stream, EmbeddingSpace space) {
        KnownBaseline<EmbeddingBaseline> known = embeddings(stream, space);
        return known == null
                ? null
                : new Loaded(known.id(), known.contents(), known.row().rowsTo());
    }

    private <T> @Nullable KnownBaseline<T> of(WatchedStream stream, String space, Class<T> kind) {
        Key key = new Key(stream, space);
        Unreadable broken = unreadable.get(key);
        if (broken != null) {
            throw broken.failure();
        }
        KnownBaseline<?> known = baselines.get(key);
        return known == null ? null : new KnownBaseline<>(known.row(), kind.cast(known.contents()));
    }
}
