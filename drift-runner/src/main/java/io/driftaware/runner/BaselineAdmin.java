package io.driftaware.runner;

import io.driftaware.core.baseline.EmbeddingBaseline;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.CheckSession;
import io.driftaware.runner.store.DatabaseErrors;
import io.driftaware.runner.store.EmbeddingSpace;
import io.driftaware.runner.store.Episode;
import io.driftaware.runner.store.EpisodeStore;
import io.driftaware.runner.store.EvidenceStore;
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
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
     * @throws DriftMonitorException if there is no such baseline, a check goes on for longer than a minute, or thresholds alone
     *     decide, so that no check would compare with it
     */
    public Acceptance accept(long id) {
        return accepting((connection, at) -> {
            Baseline baseline = find(connection, id)
                    .orElseThrow(() -> new DriftMonitorException(
                            "there is no baseline " + id + ": drift-runner baseline list shows those that there are"));
            return putIntoUse(connection, at, baseline);
        });
    }

    /**
     * Fits a baseline on the given rows, as {@link #fit}, and puts it into use: what they are like is the new normal.
     *
     * @throws DriftMonitorException as {@link #fit} and {@link #accept(long)}
     */
    public Acceptance accept(String stream, Instant from, Instant to) {
        return accepting((connection, at) -> {
            Baseline fitted = fit(connection, at, WatchedStream.ofLabel(stream), new Window(from, to));
            return putIntoUse(connection, at, fitted);
        });
    }

    /**
     * What whoever decides has seen: if it is no longer so, the decision is not carried out.
     *
     * @param inUse number of the baseline that the stream was compared with; null for none
     */
    public record Seen(@Nullable Long inUse) {}

    /**
     * As {@link #accept(long)}, for somebody who decides by what they saw, and may ask twice.
     *
     * @return empty if there is no such baseline
     * @throws DriftMonitorException as there, and if another baseline is in use by now than the one that was seen
     */
    public Optional<Acceptance> accept(long id, Seen seen) {
        return accepting((connection, at) -> {
            Optional<Baseline> named = find(connection, id);
            if (named.isEmpty()) {
                return Optional.empty();
            }
            Optional<Baseline> inUse = inUse(connection, named.get());
            if (inUse.isEmpty() || inUse.get().id() != id) {
                require(seen, named.get().stream(), inUse);
            }
            return Optional.of(putIntoUse(connection, at, named.get()));
        });
    }

    /**
     * As {@link #accept(String, Instant, Instant)}, for somebody who decides by what they saw, and may ask twice: where a baseline of
     * the same stretch has taken the place of the one that was seen, that is what was asked for.
     *
     * @throws DriftMonitorException as there, and if another baseline is in use by now than the one that was seen
     */
    public Acceptance accept(String label, Instant from, Instant to, Seen seen) {
        WatchedStream stream = WatchedStream.ofLabel(label);
        // As the database keeps them.
        Window window = new Window(from.truncatedTo(ChronoUnit.MICROS), to.truncatedTo(ChronoUnit.MICROS));
        return accepting((connection, at) -> {
            BaselineStretch stretch = new BaselineStretch(connection, config, at, stream, window);
            Optional<Baseline> inUse = BaselineStore.inUse(connection, stream, stretch.spaceKey());
            if (inUse.isPresent()
                    && !Objects.equals(seen.inUse(), inUse.get().id())
                    && inUse.get().rowsFrom().equals(window.from())
                    && inUse.get().rowsTo().equals(window.to())) {
                return new Acceptance(inUse.get(), true, null, null);
            }
            require(seen, stream, inUse);
            return putIntoUse(connection, at, stretch.fit(kind(connection)));
        });
    }

    private Baseline fit(Connection connection, Instant at, WatchedStream stream, Window window) throws SQLException {
        return new BaselineStretch(connection, config, at, stream, window).fit(kind(connection));
    }

    private static Optional<Baseline> find(Connection connection, long id) throws SQLException {
        return BaselineStore.all(connection).stream()
                .filter(one -> one.id() == id)
                .findFirst();
    }

    private static Optional<Baseline> inUse(Connection connection, Baseline instead) throws SQLException {
        return BaselineStore.inUse(connection, instead.stream(), instead.space());
    }

    private static void require(Seen seen, WatchedStream stream, Optional<Baseline> inUse) {
        Long now = inUse.map(Baseline::id).orElse(null);
        if (!Objects.equals(seen.inUse(), now)) {
            throw new DriftMonitorException(stream.label() + " is compared with "
                    + (now == null ? "no baseline" : "baseline " + now) + " by now, and not with "
                    + (seen.inUse() == null ? "none" : "baseline " + seen.inUse()) + ": look again, then decide");
        }
    }

    private Acceptance putIntoUse(Connection connection, Instant at, Baseline baseline) throws SQLException {
        Optional<Baseline> before = inUse(connection, baseline);
        if (before.isPresent() && before.get().id() == baseline.id()) {
            return new Acceptance(before.get(), true, null, null);
        }
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
        Episode open = episodes.open().get(baseline.stream());
        if (open != null) {
            episodes.end(open, open.lastValue(), "baseline " + baseline.id() + " was accepted");
        }
        return new Acceptance(inUse(connection, baseline).orElse(baseline), false, before.orElse(null), open);
    }

    private VectorKind kind(Connection connection) throws SQLException {
        return SchemaCheck.inspect(connection).vectorKind().orElse(VectorKind.VECTOR);
    }

    private interface Change<T> {
        T make(Connection connection, Instant at) throws SQLException;
    }

    /** Where no check compares with it, the episode that it closes would only be opened again. */
    private <T> T accepting(Change<T> change) {
        BaselineStretch.unused(config).ifPresent(why -> {
            throw new DriftMonitorException(why);
        });
        return alone(change);
    }

    private <T> T alone(Change<T> change) {
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
