package io.driftaware.runner;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.WatchedStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The baselines that recent traffic is compared with, with their contents. */
final class InUse implements Scoring {
    private final Map<Key, KnownBaseline<?>> baselines = new HashMap<>();

    private record Key(WatchedStream stream, String space) {}

    void put(KnownBaseline<?> baseline) {
        baselines.put(new Key(baseline.row().stream(), baseline.row().space()), baseline);
    }

    @Nullable
    KnownBaseline<EmbeddingBaseline> embeddings(WatchedStream stream, EmbeddingSpace space) {
        return of(stream, space.key(), EmbeddingBaseline.class);
    }

    @Nullable
    KnownBaseline<RateBaseline> rate(WatchedStream stream) {
        return of(stream, "", RateBaseline.class);
    }

    @Nullable
    KnownBaseline<ScoreBaseline> score(WatchedStream stream) {
        return of(stream, "", ScoreBaseline.class);
    }

    @Nullable
    KnownBaseline<CoverageBaseline> coverage(WatchedStream stream) {
        return of(stream, "", CoverageBaseline.class);
    }

    /** Whether a stream has a baseline of any embedding model. */
    boolean has(WatchedStream stream) {
        return baselines.keySet().stream().anyMatch(key -> key.stream() == stream);
    }

    @Override
    public @Nullable Loaded baseline(WatchedStream stream, EmbeddingSpace space) {
        KnownBaseline<EmbeddingBaseline> known = embeddings(stream, space);
        return known == null
                ? null
                : new Loaded(known.id(), known.contents(), known.row().rowsTo());
    }

    private <T> @Nullable KnownBaseline<T> of(WatchedStream stream, String space, Class<T> kind) {
        KnownBaseline<?> known = baselines.get(new Key(stream, space));
        return known == null ? null : new KnownBaseline<>(known.row(), kind.cast(known.contents()));
    }
}
