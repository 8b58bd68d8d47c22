package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineRows;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.ProfileMemory;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stream in a stretch of time that an operator has named, within the caller's transaction: how many rows of it there are, and
 * the baseline that they make.
 */
final class BaselineStretch {
    /** A browser's clock, or another host's, may be a little ahead. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Connection connection;
    private final MonitorConfig config;
    private final Instant at;
    private final WatchedStream stream;
    private final Window window;
    private final ProfileReader profiles;
    private final @Nullable EmbeddingSpace space;

    /**
     * Looks for the embeddings that are in use, where the stream has some.
     *
     * @throws IllegalArgumentException if it ends later than {@code at}: rows up to its end would never count as recent
     */
    BaselineStretch(Connection connection, MonitorConfig config, Instant at, WatchedStream stream, Window window)
            throws SQLException {
        if (window.to().isAfter(at.plus(AHEAD))) {
            throw new IllegalArgumentException(
                    "the end " + window.to() + " is in the future: name one up to now, " + at);
        }
        this.connection = connection;
        this.config = config;
        this.at = at;
        this.stream = stream;
        this.window = window;
        this.profiles = new ProfileReader(
                connection,
                CheckWindows.onGrid(at, config.recentWindow(), config.baselineFrom(), config.baselineTo()),
                new ProfileMemory(),
                Map.of());
        this.space = stream.kind() == WatchedStream.Kind.EMBEDDINGS
                ? profiles.space(stream).orElse(null)
                : null;
    }

    /** Why no check would compare with a baseline, whatever its rows; empty if the checks do. */
    static Optional<String> unused(MonitorConfig config) {
        return config.detection() == Detection.CALIBRATED
                ? Optional.empty()
                : Optional.of("thresholds alone decide, and no check compares with a baseline: set DRIFT_DETECTION to"
                        + " calibrated");
    }

    /** As a baseline has it: empty for a stream without embeddings, and where none are known. */
    String spaceKey() {
        return space == null ? "" : space.key();
    }

    /**
     * Those that a baseline could be made of; of embeddings {@link BaselineRows#MOST} at most.
     *
     * @throws io.driftaware.runner.store.RolledUpException if their hours are no longer kept
     */
    long rows() throws SQLException {
        return switch (stream.kind()) {
            case EMBEDDINGS -> space == null ? 0 : BaselineRows.available(connection, stream, space, window);
            case FLAG -> flags().values().stream().mapToLong(FlagCounts::known).sum();
            case FEEDBACK ->
                scores().values().stream().mapToLong(FeedbackCounts::count).sum();
            case RETRIEVAL ->
                retrievals().values().stream()
                        .mapToLong(RetrievalProfile::known)
                        .sum();
        };
    }

    /** How many it takes. */
    long needed() {
        return stream.kind() == WatchedStream.Kind.EMBEDDINGS ? EmbeddingBaseline.MIN_ROWS : config.minimumSamples();
    }

    /** Why so many rows make no baseline; empty if they do. */
    Optional<String> obstacle(long rows) {
        if (stream.kind() == WatchedStream.Kind.EMBEDDINGS) {
            if (space == null) {
                return Optional.of(stream.label() + " has no rows that a check has read");
            }
            return rows >= needed()
                    ? Optional.empty()
                    : Optional.of(stream.label() + " of " + space.describe() + " has " + rows + " embeddings from "
                            + window.from() + " to " + window.to() + ", " + needed()
                            + " are needed: name a longer stretch");
        }
        return rows >= needed()
                ? Optional.empty()
                : Optional.of(stream.label() + " has " + rows + " rows from " + window.from() + " to " + window.to()
                        + " that a check has read, " + needed()
                        + " are needed (DRIFT_MIN_SAMPLES): name another stretch");
    }

    /**
     * Fits a candidate.
     *
     * @throws DriftMonitorException if there are too few rows
     */
    Baseline fit(VectorKind kind) throws SQLException {
        BaselineWork work = new BaselineWork(connection, at);
        if (stream.kind() == WatchedStream.Kind.EMBEDDINGS) {
            if (space == null) {
                throw new DriftMonitorException(obstacle(0).orElseThrow());
            }
            // Which of the rows are usable is seen as they are drawn.
            return work.embeddings(stream, space, window, kind).row();
        }
        obstacle(rows()).ifPresent(obstacle -> {
            throw new DriftMonitorException(obstacle);
        });
        return switch (stream.kind()) {
            case FEEDBACK -> work.score(stream, scores(), window).row();
            case RETRIEVAL ->
                work.coverage(retrievals(), window, ZoneOffset.UTC)
                        .map(KnownBaseline::row)
                        .orElseThrow(() -> new DriftMonitorException("nearly all rows of " + stream.label() + " from "
                                + window.from() + " to " + window.to()
                                + " lie in one quarter of an hour: name a longer stretch"));
            default -> work.rate(stream, flags(), window, ZoneOffset.UTC).row();
        };
    }

    private Map<Instant, FlagCounts> flags() throws SQLException {
        return BaselineWork.flags(profiles.interactionQuarters(window), stream);
    }

    private Map<Instant, FeedbackCounts> scores() throws SQLException {
        Map<Instant, FeedbackCounts> scores = new TreeMap<>();
        profiles.interactionQuarters(window).forEach((start, profile) -> {
            if (profile.feedback().count() > 0) {
                scores.put(start, profile.feedback());
            }
        });
        return scores;
    }

    private NavigableMap<Instant, RetrievalProfile> retrievals() throws SQLException {
        return profiles.retrievalQuarters(window);
    }
}
