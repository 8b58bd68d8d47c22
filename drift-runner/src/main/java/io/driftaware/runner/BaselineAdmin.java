package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.CheckWindows;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.EvidenceStore;
import io.driftaware.runner.store.ProfileMemory;
import io.driftaware.runner.store.ProfileReader;
import io.driftaware.runner.store.Rescoring;
import io.driftaware.runner.store.RolledUpException;
import io.driftaware.runner.store.SchemaCheck;
import io.driftaware.runner.store.Scoring;
import io.driftaware.runner.store.VectorKind;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * What an operator does with baselines: look at them, fit a candidate, put one into use. A change takes the monitors' lead, so
 * that it falls between two checks.
 */
public final class BaselineAdmin {
    private static final Duration WAIT_FOR_THE_LEAD = Duration.ofSeconds(60);
    private static final long POLL_NANOS = 100_000_000;

    private final DataSource dataSource;
    private final MonitorConfig config;
    private final InstantSource clock;

    /** Works on the database of a monitor with these settings. */
    public BaselineAdmin(DataSource dataSource, MonitorConfig config, InstantSource clock) {
        this.dataSource = dataSource;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Every baseline that was ever fitted, the latest last.
     *
     * @throws DriftMonitorException if the database cannot be read
     */
    public List<Baseline> list() {
        try (CheckSession session = CheckSession.open(dataSource)) {
            return session.read(BaselineStore::all);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * Fits a candidate; nothing is compared with it yet.
     *
     * @param stream label of a stream
     * @param from start of the rows to fit it on
     * @param to their end
     * @throws DriftMonitorException if there are too few rows, or a check goes on for longer than a minute
     * @throws RolledUpStretchException if the rows' hours are asked for and no longer kept; embeddings are fitted on raw rows
     */
    public Baseline fit(String stream, Instant from, Instant to) {
        return alone((connection, at) -> fit(connection, at, WatchedStream.ofLabel(stream), new Window(from, to)));
    }

    /**
     * Puts a baseline into use. The one before is retired, an open episode of the stream is closed, its evidence begins anew,
     * and rows later than the baseline's own are scored against it as far as they are still there. One that is in use already
     * stays as it is.
     *
     * @throws DriftMonitorException if there is no such baseline, or a check goes on for longer than a minute
     */
    public Baseline accept(long id) {
        return alone((connection, at) -> {
            Baseline baseline = BaselineStore.all(connection).stream()
                    .filter(one -> one.id() == id)
                    .findFirst()
                    .orElseThrow(() -> new DriftMonitorException(
                            "there is no baseline " + id + ": drift-runner baseline list shows those that there are"));
            if (BaselineStore.inUse(connection).stream().noneMatch(used -> used.id() == id)) {
                accept(connection, at, baseline);
            }
            return baseline;
        });
    }

    /** Fits a baseline on the given rows, as {@link #fit}, and puts it into use: what they are like is the new normal. */
    public Baseline accept(String stream, Instant from, Instant to) {
        return alone((connection, at) -> {
            Baseline fitted = fit(connection, at, WatchedStream.ofLabel(stream), new Window(from, to));
            accept(connection, at, fitted);
            return fitted;
        });
    }

    private Baseline fit(Connection connection, Instant at, WatchedStream stream, Window window) throws SQLException {
        CheckWindows windows =
                CheckWindows.onGrid(at, config.recentWindow(), config.baselineFrom(), config.baselineTo());
        ProfileReader profiles = new ProfileReader(connection, windows, new ProfileMemory(), Map.of());
        BaselineWork work = new BaselineWork(connection, at);
        return switch (stream.kind()) {
            case EMBEDDINGS -> {
                EmbeddingSpace space = profiles.embeddings(stream).space();
                if (space == null) {
                    throw new DriftMonitorException(stream.label() + " has no rows that a check has read");
                }
                yield work.embeddings(stream, space, window, kind(connection)).row();
            }
            case FLAG -> {
                var flags = BaselineWork.flags(profiles.interactionQuarters(window), stream);
                require(
                        stream,
                        flags.values().stream().mapToLong(FlagCounts::known).sum(),
                        window);
                yield work.rate(stream, flags, window, ZoneOffset.UTC).row();
            }
            case FEEDBACK -> {
                Map<Instant, FeedbackCounts> scores = new TreeMap<>();
                profiles.interactionQuarters(window).forEach((start, profile) -> {
                    if (profile.feedback().count() > 0) {
                        scores.put(start, profile.feedback());
                    }
                });
                require(
                        stream,
                        scores.values().stream()
                                .mapToLong(FeedbackCounts::count)
                                .sum(),
                        window);
                yield work.score(stream, scores, window).row();
            }
            case RETRIEVAL -> {
                var retrievals = profiles.retrievalQuarters(window);
                require(
                        stream,
                        retrievals.values().stream()
                                .mapToLong(RetrievalProfile::known)
                                .sum(),
                        window);
                yield work.coverage(retrievals, window, ZoneOffset.UTC)
                        .map(KnownBaseline::row)
                        .orElseThrow(() -> new DriftMonitorException("nearly all rows of " + stream.label() + " from "
                                + window.from() + " to " + window.to()
                                + " lie in one quarter of an hour: name a longer stretch"));
            }
        };
    }

    private void require(WatchedStream stream, long rows, Window window) {
        if (rows < config.minimumSamples()) {
            throw new DriftMonitorException(stream.label() + " has " + rows + " rows from " + window.from() + " to "
                    + window.to() + " that a check has read, " + config.minimumSamples()
                    + " are needed (DRIFT_MIN_SAMPLES): name another stretch");
        }
    }

    private void accept(Connection connection, Instant at, Baseline baseline) throws SQLException {
        BaselineStore.accept(connection, baseline, at);
        EvidenceStore.beginAnew(connection, baseline.stream(), at);
        if (baseline.stream().kind() == WatchedStream.Kind.EMBEDDINGS) {
            EmbeddingBaseline contents = EmbeddingBaseline.fromBytes(BaselineStore.body(connection, baseline.id()));
            Rescoring.run(
                    connection,
                    kind(connection),
                    baseline.stream(),
                    EmbeddingSpace.ofKey(baseline.space()),
                    new Scoring.Loaded(baseline.id(), contents, baseline.rowsTo()),
                    at.minus(config.recentWindow()),
                    at);
        }
        EpisodeStore episodes = new EpisodeStore(connection, at);
        var open = episodes.open().get(baseline.stream());
        if (open != null) {
            episodes.end(open, open.lastValue(), "baseline " + baseline.id() + " was accepted");
        }
    }

    private VectorKind kind(Connection connection) throws SQLException {
        return SchemaCheck.inspect(connection).vectorKind().orElse(VectorKind.VECTOR);
    }

    private interface Change {
        Baseline make(Connection connection, Instant at) throws SQLException;
    }

    private Baseline alone(Change change) {
        try (CheckSession session = CheckSession.open(dataSource)) {
            long deadline = System.nanoTime() + WAIT_FOR_THE_LEAD.toNanos();
            while (!session.claim()) {
                if (System.nanoTime() > deadline) {
                    throw new DriftMonitorException(
                            "a check has been going on for a minute: try again when it is over");
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            return session.write(connection -> change.make(connection, clock.instant()));
        } catch (RolledUpException e) {
            throw new RolledUpStretchException(String.valueOf(e.getMessage()), e);
        } catch (SQLException e) {
            throw failure(e);
        } catch (IllegalArgumentException e) {
            throw new DriftMonitorException(String.valueOf(e.getMessage()), e);
        }
    }

    private static DriftMonitorException failure(SQLException e) {
        return new DriftMonitorException(DatabaseErrors.explain(e, "baselines"), e);
    }
}
