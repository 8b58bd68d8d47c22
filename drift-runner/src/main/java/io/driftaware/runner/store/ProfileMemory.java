package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;

/**
 * What a monitor keeps of the profiles that it has read, so that a check decodes only what has changed since the one
 * before. Losing it costs time and nothing else.
 */
public final class ProfileMemory {
    final ProfileCache<EmbeddingProfile> embeddings = new ProfileCache<>();
    final ProfileCache<InteractionProfile> interactions = new ProfileCache<>();
    final ProfileCache<RetrievalProfile> retrievals = new ProfileCache<>();
    final ProfileCache<ScoredProfile> scored = new ProfileCache<>();

    /** Remembers nothing yet. */
    public ProfileMemory() {}

    void nextCheck() {
        embeddings.nextCheck();
        interactions.nextCheck();
        retrievals.nextCheck();
        scored.nextCheck();
    }
}
