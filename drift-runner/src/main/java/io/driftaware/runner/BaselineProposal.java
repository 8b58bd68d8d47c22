package io.driftaware.runner;

import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.RolledUpException;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What it would mean to make the rows of a stretch the new normal; nothing is changed by looking.
 *
 * @param stream that it is about
 * @param space key of its embeddings, empty without
 * @param window the stretch
 * @param rows that there are in it
 * @param most no more are drawn, nor counted; null where all of them count
 * @param needed for a baseline
 * @param obstacle why it cannot be done, with the remedy; null if it can
 * @param replaces what is in use, and would be retired; null if there is none
 * @param ends the open episode, which would be closed; null if there is none
 */
public record BaselineProposal(
        WatchedStream stream,
        String space,
        Window window,
        long rows,
        @Nullable Long most,
        long needed,
        @Nullable String obstacle,
        @Nullable Baseline replaces,
        @Nullable Episode ends) {

    /**
     * Looks, within the transaction of {@code connection}, at what {@link BaselineAdmin} would do.
     *
     * @param at now
     * @throws IllegalArgumentException if the window ends in the future
     */
    public static BaselineProposal of(
            Connection connection, MonitorConfig config, Instant at, WatchedStream stream, Window window)
            throws SQLException {
        BaselineStretch stretch = new BaselineStretch(connection, config, at, stream, window);
        long rows = 0;
        Optional<String> obstacle = BaselineStretch.unused(config);
        try {
            rows = stretch.rows();
            if (obstacle.isEmpty()) {
                obstacle = stretch.obstacle(rows);
            }
        } catch (RolledUpException e) {
            obstacle = Optional.of(obstacle.orElse(String.valueOf(e.getMessage())));
        }
        return new BaselineProposal(
                stream,
                stretch.spaceKey(),
                window,
                rows,
                stream.kind() == WatchedStream.Kind.EMBEDDINGS ? (long) BaselineRows.MOST : null,
                stretch.needed(),
                obstacle.orElse(null),
                BaselineStore.inUse(connection, stream, stretch.spaceKey()).orElse(null),
                new EpisodeStore(connection, at).open().get(stream));
    }
}
