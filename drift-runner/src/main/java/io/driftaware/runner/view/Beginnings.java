package io.driftaware.runner.view;

import io.driftaware.core.baseline.CoverageBaseline;
import io.driftaware.core.detect.ChangePoint;
import io.driftaware.core.sequential.RateBaseline;
import io.driftaware.core.sequential.ScoreBaseline;
import io.driftaware.runner.store.BaselineStore;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * When what an episode proved most likely began: an estimate, made once of the rows between its baseline and its proof. There is
 * none where the proof speaks of something else than the series that is drawn, and none where the change may as well have been
 * there from the first of these rows on.
 */
final class Beginnings {
    private static final int MOST = 500;
    private static final int STEPS = 500;
    private static final double LEAST_RATE = 1e-6;

    /** Half the 95 % point of chi-squared with one degree, beside the logarithm of the steps that are tried. */
    private static final double NATS = 1.92;

    private static final Duration LONGEST = Duration.ofDays(400);

    private final BaselineShelf shelf;
    private final Map<Opened, Optional<Instant>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Opened, Optional<Instant>> eldest) {
            return size() > MOST;
        }
    };

    Beginnings(BaselineShelf shelf) {
        this.shelf = shelf;
    }

    /**
     * An episode when it was opened.
     *
     * @param hypothesis that was proven, null where thresholds alone decided
     * @param threshold that was passed
     */
    record Opened(
            long id,
            String stream,
            String segment,
            Instant at,
            @Nullable String hypothesis,
            @Nullable Double threshold) {

        /** What was shown to be exceeded; empty without evidence, and of a stream that is not known here. */
        Optional<Proven> proven() {
            return Proven.of(stream, hypothesis);
        }
    }

    /**
     * What the rows of a stream are held against, and how they are counted.
     *
     * @param variance of a score, where it is a mean that falls; 0 for a rate that rises
     */
    private record Yardstick(double usual, double variance, NavigableMap<Long, Sums> steps) {
        boolean falls() {
            return variance > 0;
        }

        /** How much likelier, in nats, a level of their own makes the rows from a step on. */
        double gain(int first) {
            long rows = 0;
            double sum = 0;
            for (Sums step : List.copyOf(steps.values()).subList(first, steps.size())) {
                rows += step.rows();
                sum += step.sum();
            }
            double level = rows == 0 ? usual : Math.min(1, sum / rows);
            if (falls()) {
                return level < usual ? rows * (usual - level) * (usual - level) / (2 * variance) : 0;
            }
            double before = Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, usual));
            if (level <= before) {
                return 0;
            }
            double rest = level < 1 ? (1 - level) * Math.log((1 - level) / (1 - before)) : 0;
            return rows * (level * Math.log(level / before) + rest);
        }
    }

    /** Null where nothing can be said. */
    @Nullable
    Instant of(Connection connection, Opened episode) throws SQLException {
        Optional<Instant> before;
        synchronized (known) {
            before = known.get(episode);
        }
        if (before != null) {
            return before.orElse(null);
        }
        Optional<Instant> began = estimate(connection, episode);
        synchronized (known) {
            known.put(episode, began);
        }
        return began.orElse(null);
    }

    private Optional<Instant> estimate(Connection connection, Opened episode) throws SQLException {
        Proven proven = episode.proven().orElse(null);
        Baseline baseline = proven == null || !episode.segment().isEmpty() ? null : baseline(connection, episode);
        if (proven == null || baseline == null || !baseline.to().isBefore(episode.at())) {
            return Optional.empty();
        }
        Instant earliest = episode.at().minus(LONGEST);
        TimeGrid grid = TimeGrid.of(baseline.to().isBefore(earliest) ? earliest : baseline.to(), episode.at(), STEPS);
        return yardstick(connection, episode, proven, baseline.id(), grid).flatMap(Beginnings::began);
    }

    private Optional<Yardstick> yardstick(
            Connection connection, Opened episode, Proven proven, long baseline, TimeGrid grid) throws SQLException {
        ProfileSums sums = new ProfileSums(connection);
        WatchedStream stream = proven.stream();
        switch (stream.kind()) {
            case FLAG -> {
                double rate = RateBaseline.fromBytes(BaselineStore.body(connection, baseline))
                        .rate();
                Double limit = episode.threshold();
                if (proven.aboveLimit() && (limit == null || rate >= limit)) {
                    return Optional.empty();
                }
                double usual = proven.aboveLimit() && limit != null ? limit : rate;
                return Optional.of(new Yardstick(usual, 0, sums.byStep(stream, grid, 0)));
            }
            case FEEDBACK -> {
                ScoreBaseline usual = ScoreBaseline.fromBytes(BaselineStore.body(connection, baseline));
                double variance = Math.max(LEAST_RATE, usual.variance());
                return Optional.of(new Yardstick(usual.mean(), variance, sums.byStep(stream, grid, 0)));
            }
            case RETRIEVAL -> {
                CoverageBaseline usual = CoverageBaseline.fromBytes(BaselineStore.body(connection, baseline));
                return Optional.of(new Yardstick(usual.usual().rate(), 0, sums.byStep(stream, grid, usual.edge())));
            }
            case EMBEDDINGS -> {
                // A window's p-value may be small with no more novel rows than before.
                if (proven.hypothesis() != Hypothesis.NOVELTY) {
                    return Optional.empty();
                }
                BaselineShelf.Kept kept = shelf.of(connection, baseline);
                return Optional.of(
                        new Yardstick(kept.novelShare(), 0, sums.novelByStep(grid, baseline, kept.novelEdge())));
            }
        }
        return Optional.empty();
    }

    private static Optional<Instant> began(Yardstick yardstick) {
        List<Long> starts = List.copyOf(yardstick.steps().keySet());
        List<Sums> steps = List.copyOf(yardstick.steps().values());
        long[] rows = steps.stream().mapToLong(Sums::rows).toArray();
        double[] sums = steps.stream().mapToDouble(Sums::sum).toArray();
        OptionalInt first;
        if (yardstick.falls()) {
            first = ChangePoint.ofFall(sums, rows, yardstick.usual());
        } else {
            long[] events = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                events[i] = Math.min(rows[i], Math.round(sums[i]));
            }
            first = ChangePoint.ofRise(events, rows, yardstick.usual());
        }
        // From the first rows on nearly as likely as from later ones: what was before is not known.
        boolean told = first.isPresent()
                && yardstick.gain(first.getAsInt()) - yardstick.gain(0) > NATS + Math.log(rows.length);
        return told ? Optional.of(Instant.ofEpochSecond(starts.get(first.getAsInt()))) : Optional.empty();
    }

    private record Baseline(long id, Instant to) {}

    /** That the proof was made against; for a limit, which needs none, that of the stream at the time. */
    private static @Nullable Baseline baseline(Connection connection, Opened episode) throws SQLException {
        String sql =
                """
                SELECT id, rows_to
                FROM drift_baselines
                WHERE rows_to IS NOT NULL
                  AND id = COALESCE(
                      (SELECT baseline_id
                       FROM drift_evidence
                       WHERE stream = ? AND segment = '' AND hypothesis = ? AND checked_at <= ?
                       ORDER BY checked_at DESC
                       LIMIT 1),
                      (SELECT id
                       FROM drift_baselines
                       WHERE stream = ? AND embedding_model = '' AND accepted_at <= ?
                         AND (retired_at IS NULL OR retired_at > ?)
                       ORDER BY accepted_at DESC
                       LIMIT 1))
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, episode.stream());
            statement.setString(2, episode.hypothesis());
            statement.setObject(3, SqlTimes.parameter(episode.at()));
            statement.setString(4, episode.stream());
            statement.setObject(5, SqlTimes.parameter(episode.at()));
            statement.setObject(6, SqlTimes.parameter(episode.at()));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new Baseline(row.getLong(1), SqlTimes.required(row, 2)) : null;
            }
        }
    }
}
