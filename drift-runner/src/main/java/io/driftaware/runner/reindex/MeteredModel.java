package io.driftaware.runner.reindex;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The model, asked no faster than the requests per minute allow; and the budget, which the callers ask for. */
final class MeteredModel {
    private final DocumentEmbedder embedder;
    private final ReindexSettings settings;
    private final InstantSource clock;
    private volatile @Nullable Instant lastRequest;

    MeteredModel(DocumentEmbedder embedder, ReindexSettings settings, InstantSource clock) {
        this.embedder = embedder;
        this.settings = settings;
        this.clock = clock;
    }

    String name() {
        return embedder.model();
    }

    int dimension() {
        return embedder.dimension();
    }

    /** Which budget is used up; empty if none is. */
    Optional<String> spent(ReindexStatus.Work work) {
        if (settings.mostRequests() > 0 && work.requests() >= settings.mostRequests()) {
            return Optional.of(spent("DRIFT_REINDEX_MAX_REQUESTS", settings.mostRequests()));
        }
        if (settings.mostTokens() > 0 && work.tokens() >= settings.mostTokens()) {
            return Optional.of(spent("DRIFT_REINDEX_MAX_TOKENS", settings.mostTokens()));
        }
        return Optional.empty();
    }

    private static String spent(String name, long most) {
        return "the budget of " + name + "=" + most + " is used up: start again to go on with another";
    }

    /** How long until the next request may be made; zero for now. */
    Duration pause() {
        Instant last = lastRequest;
        if (settings.perMinute() == 0 || last == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(
                clock.instant(), last.plus(Duration.ofMinutes(1).dividedBy(settings.perMinute())));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** One request; its answer is as many vectors as texts, of the right dimension. */
    DocumentEmbedder.Embedded embed(List<String> texts) throws EmbeddingFailure, InterruptedException {
        lastRequest = clock.instant();
        DocumentEmbedder.Embedded embedded = embedder.embed(texts);
        if (embedded.vectors().size() != texts.size()) {
            throw wrong("the model gave " + embedded.vectors().size() + " vectors for " + texts.size() + " texts");
        }
        for (float[] vector : embedded.vectors()) {
            if (vector.length != embedder.dimension()) {
                throw wrong("the model gave a vector of " + vector.length + " dimensions, not " + embedder.dimension());
            }
        }
        return embedded;
    }

    private static EmbeddingFailure wrong(String message) {
        return new EmbeddingFailure(EmbeddingFailure.Kind.SETTINGS, message, Duration.ZERO);
    }
}
