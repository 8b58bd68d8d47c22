package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the recent and the baseline window at once, each on its connection: sending vectors keeps one core of the server
 * busy per connection.
 *
 * <p>The second connection is never waited for. Whoever comes to the baseline first reads it: a second connection that
 * stands, or the first one when it is through with the recent window, as with a pool that has no connection left. A
 * second reader that fails is made good for by the first.
 */
record TwoWindows(EmbeddingProfile recent, EmbeddingProfile baseline) {
    private static final Logger log = LoggerFactory.getLogger(TwoWindows.class);

    static TwoWindows read(
            EmbeddingReader reader, EmbeddingSpace space, CheckWindows windows, @Nullable SharedSnapshot shared)
            throws SQLException {
        AtomicBoolean taken = new AtomicBoolean();
        FutureTask<Optional<EmbeddingProfile>> second = new FutureTask<>(() -> shared == null
                ? Optional.empty()
                : shared.read(connection -> taken.compareAndSet(false, true)
                        ? Optional.of(reader.on(connection).profile(space, windows.baseline()))
                        : Optional.empty()));
        if (shared != null) {
            Thread thread = new Thread(second, "drift-second-reader");
            thread.setDaemon(true);
            thread.start();
        }
        EmbeddingProfile recent = reader.profile(space, windows.recent());
        Optional<EmbeddingProfile> baseline = taken.compareAndSet(false, true) ? Optional.empty() : await(second);
        return new TwoWindows(
                recent, baseline.isPresent() ? baseline.get() : reader.profile(space, windows.baseline()));
    }

    /** What the second reader read; empty if it could not. */
    private static Optional<EmbeddingProfile> await(FutureTask<Optional<EmbeddingProfile>> second) throws SQLException {
        try {
            return second.get();
        } catch (ExecutionException e) {
            log.debug("the second reader failed, the first one reads on", e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while reading", e);
        }
    }
}
