package io.driftaware.runner.view;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Adds up the stored profiles of a stream, never its rows. */
final class ProfileSums {
    /** A quarter of an hour each, 200 days: what is older has been rolled up to days. */
    static final int MOST_PROFILES = 20_000;

    private static final String INTERACTIONS = "interactions";

    private final Connection connection;

    ProfileSums(Connection connection) {
        this.connection = connection;
    }

    /** What a profile holds of the stream. */
    private interface Take {
        void into(Sums sums, byte[] body, long seconds);
    }

    /** By step of the grid, of flags, feedback and coverage. */
    NavigableMap<Long, Sums> byStep(WatchedStream stream, TimeGrid grid, int edge) throws SQLException {
        String sql =
                """
                SELECT EXTRACT(EPOCH FROM bucket_start)::bigint, bucket_seconds, body
                FROM drift_profiles
                WHERE stream = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                ORDER BY bucket_start DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, owner(stream));
            return read(statement, grid, take(stream, edge));
        }
    }

    /** By step of the grid, how many embeddings were novel of those that were seen against a baseline. */
    NavigableMap<Long, Sums> novelByStep(TimeGrid grid, long baselineId, int novelEdge) throws SQLException {
        String sql =
                """
                SELECT EXTRACT(EPOCH FROM bucket_start)::bigint, bucket_seconds, body
                FROM drift_scored_profiles
                WHERE baseline_id = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                ORDER BY bucket_start DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, baselineId);
            return read(statement, grid, (sums, body, seconds) -> {
                ScoredProfile profile = ScoredProfile.fromBytes(body);
                sums.add(profile.count(), profile.above(novelEdge), seconds);
            });
        }
    }

    private static NavigableMap<Long, Sums> read(PreparedStatement statement, TimeGrid grid, Take take)
            throws SQLException {
        NavigableMap<Long, Sums> steps = new TreeMap<>();
        statement.setObject(2, SqlTimes.parameter(grid.from()));
        statement.setObject(3, SqlTimes.parameter(grid.to()));
        statement.setInt(4, MOST_PROFILES);
        statement.setFetchSize(1_000);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Sums sums = steps.computeIfAbsent(grid.start(row.getLong(1)), start -> new Sums());
                take.into(sums, row.getBytes(3), row.getLong(2));
            }
        }
        return steps;
    }

    /** What a segment has, and from which instant on. */
    record Segments(NavigableMap<String, Sums> byName, boolean partial) {}

    /** By segment since an instant. */
    Segments bySegment(WatchedStream stream, Instant from, Instant to) throws SQLException {
        NavigableMap<String, Sums> segments = new TreeMap<>();
        int read = 0;
        String sql =
                """
                SELECT segment, bucket_seconds, body
                FROM drift_profiles
                WHERE stream = ? AND segment > '' AND bucket_start >= ? AND bucket_start < ?
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, owner(stream));
            statement.setObject(2, SqlTimes.parameter(from));
            statement.setObject(3, SqlTimes.parameter(to));
            statement.setInt(4, 3 * MOST_PROFILES);
            statement.setFetchSize(1_000);
            Take take = take(stream, 0);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    take.into(
                            segments.computeIfAbsent(row.getString(1), name -> new Sums()),
                            row.getBytes(3),
                            row.getLong(2));
                    read++;
                }
            }
        }
        return new Segments(segments, read == 3 * MOST_PROFILES);
    }

    /** How many rows each segment has since an instant: of streams whose profiles say nothing of a single number. */
    Segments rowsBySegment(WatchedStream stream, Instant from, Instant to) throws SQLException {
        NavigableMap<String, Sums> segments = new TreeMap<>();
        String sql =
                """
                SELECT segment, sum(row_count)::bigint
                FROM drift_profiles
                WHERE stream = ? AND segment > '' AND bucket_start >= ? AND bucket_start < ?
                GROUP BY segment
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, owner(stream));
            statement.setObject(2, SqlTimes.parameter(from));
            statement.setObject(3, SqlTimes.parameter(to));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Sums sums = new Sums();
                    sums.add(row.getLong(2), 0, 0);
                    segments.put(row.getString(1), sums);
                }
            }
        }
        return new Segments(segments, false);
    }

    private static String owner(WatchedStream stream) {
        return switch (stream.kind()) {
            case FLAG, FEEDBACK -> INTERACTIONS;
            case EMBEDDINGS, RETRIEVAL -> stream.label();
        };
    }

    private static Take take(WatchedStream stream, int edge) {
        return switch (stream) {
            case REFUSALS ->
                (sums, body, seconds) ->
                        sums.add(InteractionProfile.fromBytes(body).refusals(), seconds);
            case TOXICITY ->
                (sums, body, seconds) ->
                        sums.add(InteractionProfile.fromBytes(body).toxicity(), seconds);
            case FEEDBACK ->
                (sums, body, seconds) ->
                        sums.add(InteractionProfile.fromBytes(body).feedback(), seconds);
            case COVERAGE ->
                (sums, body, seconds) -> {
                    FlagCounts below = RetrievalProfile.fromBytes(body).below(edge);
                    sums.add(below, seconds);
                };
            default -> throw new IllegalArgumentException(stream.label() + " has no single number in its profiles");
        };
    }
}
