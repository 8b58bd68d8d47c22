package io.driftaware.runner.view;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Overview.Headline;
import io.driftaware.runner.view.Series.Point;
import io.driftaware.runner.view.Series.Stretch;
import io.driftaware.runner.view.Series.Usual;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts a stream over time together. */
final class SeriesReader {
    private final Connection connection;
    private final BaselineShelf shelf;
    private final Beginnings beginnings;
    private final EvidenceHistory evidence;

    SeriesReader(Connection connection, BaselineShelf shelf, Beginnings beginnings, EvidenceHistory evidence) {
        this.connection = connection;
        this.shelf = shelf;
        this.beginnings = beginnings;
        this.evidence = evidence;
    }

    /** What the values are, and what they are held against. */
    private record Scale(
            String label, String unit, String worse, @Nullable Usual baseline, @Nullable Double threshold) {}

    /** @param last the last report, null before the first check */
    Series read(WatchedStream stream, TimeGrid grid, @Nullable CheckReport last) throws SQLException {
        StreamReport report = last == null
                ? null
                : last.streams().stream()
                        .filter(one -> one.stream().equals(stream.label()))
                        .findFirst()
                        .orElse(null);
        BaselineReport baseline = report == null ? null : report.baseline();
        NavigableMap<Long, Sums> steps;
        Scale scale;
        if (stream.kind() == WatchedStream.Kind.EMBEDDINGS) {
            steps = new TreeMap<>();
            Double usual = null;
            if (baseline != null) {
                BaselineShelf.Kept kept = shelf.of(connection, baseline.id());
                usual = kept.novelShare();
                steps = new ProfileSums(connection).novelByStep(grid, baseline.id(), kept.novelEdge());
            }
            scale = new Scale(
                    "rows that are novel, of those seen against the baseline",
                    "share",
                    "higher",
                    usual(baseline, usual),
                    null);
        } else {
            steps = new ProfileSums(connection).byStep(stream, grid, edge(connection, stream, baseline));
            scale = scale(stream, report, baseline);
        }
        List<Point> points = new ArrayList<>();
        steps.forEach((start, sums) -> {
            Point point = sums.at(Instant.ofEpochSecond(start), grid.seconds());
            if (point != null) {
                points.add(point);
            }
        });
        List<Stretch> episodes = episodes(stream, grid);
        return new Series(
                stream.label(),
                grid.from(),
                grid.to(),
                scale.label(),
                scale.unit(),
                scale.worse(),
                points,
                scale.baseline(),
                scale.threshold(),
                began(stream),
                episodes,
                evidence.lines(stream.label(), grid));
    }

    private static Scale scale(WatchedStream stream, @Nullable StreamReport report, @Nullable BaselineReport baseline) {
        Headline headline = report == null ? null : new StreamFigures(report).headline();
        boolean scores = stream.kind() == WatchedStream.Kind.FEEDBACK;
        String label =
                switch (stream) {
                    case REFUSALS -> "answers that refuse, of those with a known flag";
                    case TOXICITY -> "answers that are toxic, of those with a known flag";
                    case FEEDBACK -> "mean score of users, 0 to 1";
                    default -> "queries that no document is near";
                };
        return new Scale(
                label,
                scores ? "score" : "share",
                scores ? "lower" : "higher",
                usual(baseline, headline == null ? null : headline.before()),
                headline == null ? null : headline.threshold());
    }

    private static @Nullable Usual usual(@Nullable BaselineReport baseline, @Nullable Double value) {
        return baseline == null ? null : new Usual(baseline.from(), baseline.to(), value);
    }

    /** In hundredths; 0 before there is a baseline, whether or not the last check compared anything. */
    static int edge(Connection connection, WatchedStream stream, @Nullable BaselineReport baseline)
            throws SQLException {
        return stream != WatchedStream.COVERAGE || baseline == null
                ? 0
                : CoverageBaseline.fromBytes(BaselineStore.body(connection, baseline.id()))
                        .edge();
    }

    /** Of the episode that lasts. */
    private @Nullable Instant began(WatchedStream stream) throws SQLException {
        String sql =
                """
                SELECT id, opened_at, hypothesis, threshold
                FROM drift_episodes
                WHERE stream = ? AND segment = '' AND closed_at IS NULL
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream.label());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? beginnings.of(
                                connection,
                                new Beginnings.Opened(
                                        row.getLong(1),
                                        stream.label(),
                                        "",
                                        SqlTimes.required(row, 2),
                                        row.getString(3),
                                        row.getObject(4, Double.class)))
                        : null;
            }
        }
    }

    private List<Stretch> episodes(WatchedStream stream, TimeGrid grid) throws SQLException {
        List<Stretch> episodes = new ArrayList<>();
        String sql =
                """
                SELECT id, opened_at, closed_at
                FROM drift_episodes
                WHERE stream = ? AND segment = '' AND opened_at <= ? AND (closed_at IS NULL OR closed_at >= ?)
                ORDER BY opened_at DESC
                LIMIT 50
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, stream.label());
            statement.setObject(2, SqlTimes.parameter(grid.to()));
            statement.setObject(3, SqlTimes.parameter(grid.from()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    episodes.add(0, new Stretch(row.getLong(1), SqlTimes.required(row, 2), SqlTimes.read(row, 3)));
                }
            }
        }
        return episodes;
    }
}
