package io.driftaware.runner.view;

import io.driftaware.runner.BaselineProposal;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.Detection;
import io.driftaware.runner.Health;
import io.driftaware.runner.MonitorConfig;
import io.driftaware.runner.store.MonitorState;
import io.driftaware.runner.store.SavepointGuard;
import io.driftaware.runner.store.SnapshotLostException;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.store.Window;
import io.driftaware.runner.view.Overview.ReaderState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a dashboard, a report or a program is shown of a monitored database. Each call reads one snapshot, read-only,
 * and gives up after {@value ReadOnly#STATEMENT_SECONDS} s a statement; it costs the same however many rows were logged. Any
 * number of threads may call; each takes a connection while it reads.
 */
public final class Views {
    private static final Logger LOG = LoggerFactory.getLogger(Views.class);
    /** How far back a series reaches unless asked otherwise: the windows of the monitor. */
    public static final Duration USUAL_LENGTH = Duration.ofDays(38);

    /** How far back a series may reach. */
    public static final Duration GREATEST_LENGTH = Duration.ofDays(800);

    private static final Duration RECENT = Duration.ofDays(7);
    private static final int MOST_SEGMENTS = 51;

    /** As the health of a monitor counts: so many without a check are too many. */
    private static final int INTERVALS = 3;

    private final ReadOnly database;
    private final MonitorConfig config;
    private final Supplier<Health> health;
    private final InstantSource clock;
    private final BaselineShelf shelf = new BaselineShelf();
    private final Beginnings beginnings = new Beginnings(shelf);

    /**
     * Views of the database of a monitor.
     *
     * @param dataSource gives connections that may read Drift-Aware's tables
     * @param config of the monitor
     * @param health of the monitor; must not block
     * @param clock says what now is
     */
    public Views(DataSource dataSource, MonitorConfig config, Supplier<Health> health, InstantSource clock) {
        this.database = new ReadOnly(dataSource);
        this.config = config;
        this.health = health;
        this.clock = clock;
    }

    /**
     * How everything stands.
     *
     * @param texts whether texts and names that came from users may be shown
     */
    public Overview overview(boolean texts) throws SQLException {
        return database.look(connection -> {
            CheckReport report = lastReport(connection);
            List<ReaderState> readers = readers(connection);
            Map<WatchedStream, Instant> newest = report == null ? Map.of() : newest(connection);
            return new Overview(
                    now(),
                    texts ? "shown" : "withheld",
                    monitor(),
                    report == null ? null : report.at(),
                    report == null ? null : report.verdict().name(),
                    report != null
                            && report.at()
                                    .plus(config.checkInterval().multipliedBy(INTERVALS))
                                    .isBefore(now()),
                    report == null ? null : report.took().toNanos() / 1e9,
                    report == null
                            ? List.of()
                            : report.streams().stream()
                                    // A newer monitor may lead, and know more.
                                    .filter(StreamFigures::isKnown)
                                    .map(stream -> new StreamFigures(stream).state(report.episodes(), newest))
                                    .toList(),
                    readers);
        });
    }

    /** A log that is locked or slow leaves out when its newest row came: what a check found is worth more. */
    private Map<WatchedStream, Instant> newest(Connection connection) throws SQLException {
        try {
            return SavepointGuard.isolated(connection, () -> NewestRows.read(connection, now()));
        } catch (SnapshotLostException e) {
            throw e;
        } catch (SQLException e) {
            LOG.debug("when the newest rows came is not known", e);
            return Map.of();
        }
    }

    /** How the monitor itself is; needs no database. */
    public Overview.MonitorState monitor() {
        Health now = health.get();
        String version = Views.class.getPackage().getImplementationVersion();
        return new Overview.MonitorState(
                version == null ? "development" : version,
                now.state(),
                now.ready(),
                now.lastSuccess().orElse(null),
                now.lastError().orElse(null),
                config.checkInterval().toSeconds(),
                config.falseAlarmDays(),
                config.detection().name().toLowerCase(Locale.ROOT),
                now.leads().map(leads -> leads ? "leader" : "follower").orElse(null),
                now.failedStreams());
    }

    /**
     * A stretch of time.
     *
     * @param from start, before its end
     * @param to end
     */
    public record Stretch(Instant from, Instant to) {
        /** Refuses one that is empty or longer than {@link #GREATEST_LENGTH}. */
        public Stretch {
            if (!from.isBefore(to) || Duration.between(from, to).compareTo(GREATEST_LENGTH) > 0) {
                throw new IllegalArgumentException("from " + from + " to " + to + " is not a stretch of up to "
                        + GREATEST_LENGTH.toDays() + " days");
            }
        }
    }

    /**
     * The stretch that is meant.
     *
     * @param from start; null for {@link #USUAL_LENGTH} before the end
     * @param to end; null for now
     * @throws IllegalArgumentException if it is empty or too long
     */
    public Stretch stretch(@Nullable Instant from, @Nullable Instant to) {
        Instant end = to == null ? now() : to;
        return new Stretch(from == null ? end.minus(USUAL_LENGTH) : from, end);
    }

    /**
     * A stream over time.
     *
     * @param points at most so many, 10 to 1,000
     */
    public Series series(WatchedStream stream, Stretch stretch, int points) throws SQLException {
        TimeGrid grid = TimeGrid.of(stretch.from(), stretch.to(), points);
        return database.look(connection -> new SeriesReader(connection, shelf, beginnings, evidence(connection))
                .read(stream, grid, lastReport(connection)));
    }

    private EvidenceHistory evidence(Connection connection) {
        return new EvidenceHistory(connection, config.checkInterval());
    }

    private EpisodeReader episodes(Connection connection, boolean texts) {
        return new EpisodeReader(connection, evidence(connection), beginnings, texts);
    }

    /**
     * What drifted in a stream by the last check.
     *
     * @return empty before the first check
     */
    public Optional<StreamDetail> detail(WatchedStream stream, boolean texts) throws SQLException {
        return database.look(connection -> {
            CheckReport report = lastReport(connection);
            StreamReport of = report(report, stream);
            if (report == null || of == null) {
                return Optional.<StreamDetail>empty();
            }
            return Optional.of(new StreamDetail(
                    stream.label(),
                    report.at(),
                    of.explanation() == null ? null : Drifted.of(of.explanation(), texts)));
        });
    }

    /** The latest embeddings of a stream in a picture of its baseline. */
    public Picture picture(WatchedStream stream, boolean texts) throws SQLException {
        return database.look(
                connection -> new PictureReader(connection, shelf, config.detection() == Detection.CALIBRATED, texts)
                        .read(stream, report(lastReport(connection), stream), now().minus(RECENT)));
    }

    /** The segments of a stream over the last seven days. */
    public SegmentTable segments(WatchedStream stream, boolean texts) throws SQLException {
        Instant to = now();
        Instant from = to.minus(RECENT);
        boolean counted = stream.kind() == WatchedStream.Kind.FLAG || stream.kind() == WatchedStream.Kind.FEEDBACK;
        return database.look(connection -> {
            ProfileSums sums = new ProfileSums(connection);
            ProfileSums.Segments read =
                    counted ? sums.bySegment(stream, from, to) : sums.rowsBySegment(stream, from, to);
            return new SegmentTable(
                    stream.label(),
                    from,
                    to,
                    counted ? (stream.kind() == WatchedStream.Kind.FEEDBACK ? "mean score" : "share") : "",
                    rows(read.byName(), counted, texts),
                    read.partial());
        });
    }

    private static List<SegmentTable.Row> rows(NavigableMap<String, Sums> byName, boolean counted, boolean texts) {
        List<SegmentTable.Row> rows = new ArrayList<>();
        byName.forEach((segment, sums) -> {
            Series.Point point = sums.at(Instant.EPOCH, 0);
            if (point != null) {
                rows.add(
                        counted
                                ? new SegmentTable.Row(segment, sums.rows(), point.value(), point.low(), point.high())
                                : new SegmentTable.Row(segment, sums.rows(), null, null, null));
            }
        });
        rows.sort(Comparator.comparingLong((SegmentTable.Row row) -> -row.rows())
                .thenComparing(SegmentTable.Row::segment));
        List<SegmentTable.Row> largest = List.copyOf(rows.subList(0, Math.min(MOST_SEGMENTS, rows.size())));
        if (texts) {
            return largest;
        }
        List<SegmentTable.Row> numbered = new ArrayList<>();
        for (SegmentTable.Row row : largest) {
            numbered.add(new SegmentTable.Row(
                    "segment " + (numbered.size() + 1), row.rows(), row.value(), row.low(), row.high()));
        }
        return numbered;
    }

    /** The queries behind refusals, toxicity and feedback. */
    public Examples examples(WatchedStream stream, boolean texts) throws SQLException {
        Instant to = now();
        return database.look(connection -> new ExamplesReader(connection, texts).read(stream, to.minus(RECENT), to));
    }

    /** Queries that no document is near. */
    public Coverage coverage(boolean texts) throws SQLException {
        return database.look(connection -> new CoverageReader(connection, texts)
                .read(report(lastReport(connection), WatchedStream.COVERAGE), now().minus(RECENT)));
    }

    /**
     * A page of episodes, the latest first.
     *
     * @param before those with a lower number; null for the latest
     * @param limit of the page, 1 to 100
     */
    public Episodes episodes(@Nullable Long before, int limit, boolean texts) throws SQLException {
        return episodes(before, limit, false, texts);
    }

    /**
     * The same.
     *
     * @param open whether those that are over are left out
     */
    public Episodes episodes(@Nullable Long before, int limit, boolean open, boolean texts) throws SQLException {
        return database.look(
                connection -> episodes(connection, texts).page(before == null ? Long.MAX_VALUE : before, limit, open));
    }

    /** One episode; empty if there is none of this number. */
    public Optional<Episodes.Episode> episode(long id, boolean texts) throws SQLException {
        if (id < 1 || id == Long.MAX_VALUE) {
            return Optional.empty();
        }
        return database.look(connection -> episodes(connection, texts).page(id + 1, 1, false).episodes().stream()
                .filter(episode -> episode.id() == id)
                .findFirst());
    }

    /**
     * A page of baselines, the latest first.
     *
     * @param before those with a lower number; null for the latest
     * @param limit of the page, 1 to 100
     */
    public Baselines baselines(@Nullable Long before, int limit) throws SQLException {
        return database.look(
                connection -> BaselineReader.page(connection, before == null ? Long.MAX_VALUE : before, limit));
    }

    /**
     * What it would mean to make the rows of a stretch the new normal; nothing is changed by looking.
     *
     * @param from start; null for seven days before the end
     * @param to end; null for now
     * @throws IllegalArgumentException if it is empty, too long, or ends in the future
     */
    public Proposal proposal(WatchedStream stream, @Nullable Instant from, @Nullable Instant to) throws SQLException {
        Instant end = to == null ? now() : to;
        Stretch stretch = new Stretch(from == null ? end.minus(RECENT) : from, end);
        return database.look(connection -> Proposal.of(BaselineProposal.of(
                connection, config, clock.instant(), stream, new Window(stretch.from(), stretch.to()))));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static @Nullable CheckReport lastReport(Connection connection) throws SQLException {
        return MonitorState.lastReport(connection).map(CheckReport::fromJson).orElse(null);
    }

    private static @Nullable StreamReport report(@Nullable CheckReport report, WatchedStream stream) {
        return report == null
                ? null
                : report.streams().stream()
                        .filter(one -> one.stream().equals(stream.label()))
                        .findFirst()
                        .orElse(null);
    }

    private static List<ReaderState> readers(Connection connection) throws SQLException {
        List<ReaderState> readers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT reader, updated_at FROM drift_checkpoints ORDER BY reader LIMIT 20")) {
            while (row.next()) {
                readers.add(new ReaderState(row.getString(1), SqlTimes.required(row, 2)));
            }
        }
        return readers;
    }
}
