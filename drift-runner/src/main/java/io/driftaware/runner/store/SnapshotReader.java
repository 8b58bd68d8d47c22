package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads the streams of one check from one snapshot. Each stream is read behind a savepoint, so that one that fails
 * leaves the others their snapshot.
 */
public final class SnapshotReader implements StreamReadings {
    private final Connection connection;
    private final CheckWindows windows;
    private final VectorKind kind;
    private final @Nullable SharedSnapshot shared;

    /**
     * Reads within the transaction of {@code connection}, whose snapshot a second connection of {@code dataSource} may read
     * beside it, if one is to be had.
     */
    public SnapshotReader(Connection connection, DataSource dataSource, CheckWindows windows, VectorKind kind)
            throws SQLException {
        this.connection = connection;
        this.windows = windows;
        this.kind = kind;
        this.shared = SharedSnapshot.of(connection, dataSource);
    }

    @Override
    public EmbeddingReading embeddings(WatchedStream stream) throws SQLException {
        if (stream.kind() != WatchedStream.Kind.EMBEDDINGS) {
            throw new IllegalArgumentException(stream.label() + " has no embeddings");
        }
        return SavepointGuard.isolated(
                connection, () -> readEmbeddings(new EmbeddingReader(connection, kind, stream.source())));
    }

    @Override
    public FlagReading flags() throws SQLException {
        return SavepointGuard.isolated(connection, () -> new InteractionReader(connection, windows).flags());
    }

    @Override
    public FeedbackReading feedback() throws SQLException {
        return SavepointGuard.isolated(connection, () -> new InteractionReader(connection, windows).feedback());
    }

    @Override
    public RetrievalReading retrievals() throws SQLException {
        return SavepointGuard.isolated(connection, () -> new InteractionReader(connection, windows).retrievals());
    }

    private EmbeddingReading readEmbeddings(EmbeddingReader reader) throws SQLException {
        Optional<EmbeddingSpace> recentSpace = reader.currentSpace(windows.recent());
        Optional<EmbeddingSpace> baselineSpace = reader.currentSpace(windows.baseline());
        Optional<EmbeddingSpace> space = recentSpace.or(() -> baselineSpace);
        Activity activity = reader.activity(windows.whole());
        if (space.isEmpty()) {
            return EmbeddingReading.nothing(activity);
        }
        TwoWindows read = TwoWindows.read(reader, space.get(), windows, shared);
        EmbeddingProfile baseline = read.baseline();
        boolean replaced = baseline.count() == 0
                && baseline.rejected() == 0
                && baselineSpace.isPresent()
                && !baselineSpace.equals(space);
        return new EmbeddingReading(
                space.get(), replaced ? baselineSpace.get() : null, read.recent(), baseline, activity, null);
    }
}
