package io.driftaware.runner.store;

import java.sql.SQLException;

/** What a check reads of each stream. A stream that cannot be read leaves the others readable. */
public interface StreamReadings {
    /**
     * Reads an embedding stream.
     *
     * @throws SnapshotLostException if nothing else can be read either
     */
    EmbeddingReading embeddings(WatchedStream stream) throws SQLException;

    /**
     * Reads the flags of refusals and toxicity.
     *
     * @throws SnapshotLostException if nothing else can be read either
     */
    FlagReading flags() throws SQLException;

    /**
     * Reads the feedback.
     *
     * @throws SnapshotLostException if nothing else can be read either
     */
    FeedbackReading feedback() throws SQLException;

    /**
     * Reads what the application's retrieval found.
     *
     * @throws SnapshotLostException if nothing else can be read either
     */
    RetrievalReading retrievals() throws SQLException;
}
