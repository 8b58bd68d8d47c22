package io.driftaware.runner.view;

import io.driftaware.core.detect.ChangePoint;
import io.driftaware.core.detect.Finding.Compared;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.StreamReport;
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
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts a stream over time together. */
final class SeriesReader {
    private final Connection connection;
    private final BaselineShelf shelf;
    private final double falseAlarmDays;
    private final double minShare;

    SeriesReader(Connection connection, BaselineShelf shelf, double falseAlarmDays, double minShare) {
        this.connection = connection;
        this.shelf = shelf;
        this.falseAlarmDays = falseAlarmDays;
        this.minShare = minShare;
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
                steps = new ProfileSums(connection).novelByStep(stream, grid, baseline.id(), kept.novelEdge());
            }
            scale = new Scale(
                    "rows that are novel, of those seen against the baseline",
                    "share",
                    "higher",
                    usual(baseline, usual),
                    usual == null ? null : usual + minShare * (1 - usual));
        } else {
            steps = new ProfileSums(connection).byStep(stream, grid, edge(report));
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
        boolean lasts = episodes.stream().anyMatch(episode -> episode.closedAt() == null);
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
                lasts ? began(steps, scale) : null,
                episodes,
                new EvidenceHistory(connection, falseAlarmDays).lines(stream.label(), grid));
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

    /** In hundredths; 0 where the last check compared nothing. */
    static int edge(@Nullable StreamReport report) {
        if (report == null) {
            return 0;
        }
        return new StreamFigures(report)
                .compared()
                .map(Compared::details)
                .map(details -> details.get("score_edge"))
                .map(edge -> (int) Math.round(edge * 100))
                .orElse(0);
    }

    /** Of the steps after the baseline. */
    private static @Nullable Instant began(NavigableMap<Long, Sums> steps, Scale scale) {
        Usual baseline = scale.baseline();
        Double usual = baseline == null || baseline.value() == null ? scale.threshold() : baseline.value();
        if (usual == null) {
            return null;
        }
        NavigableMap<Long, Sums> after =
                baseline == null ? steps : steps.tailMap(baseline.to().getEpochSecond(), true);
        List<Long> starts = List.copyOf(after.keySet());
        long[] rows = new long[starts.size()];
        double[] sums = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Sums step = after.get(starts.get(i));
            rows[i] = step == null ? 0 : step.rows();
            sums[i] = step == null ? 0 : step.sum();
        }
        OptionalInt first;
        if (scale.worse().equals("lower")) {
            first = ChangePoint.ofFall(sums, rows, usual);
        } else {
            long[] events = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                events[i] = Math.min(rows[i], Math.round(sums[i]));
            }
            first = ChangePoint.ofRise(events, rows, usual);
        }
        return first.isPresent() ? Instant.ofEpochSecond(starts.get(first.getAsInt())) : null;
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
