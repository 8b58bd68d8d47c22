package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The held-out rows of a baseline by segment: one profile each, beside those of the buckets, with the whole of the baseline's
 * time as its bucket.
 */
public final class SegmentBaselines {
    private SegmentBaselines() {}

    /** Keeps the profiles of a new baseline. */
    public static void add(Connection connection, Baseline baseline, Map<String, ScoredProfile> segments)
            throws SQLException {
        long seconds = Math.max(
                1, baseline.rowsTo().getEpochSecond() - baseline.rowsFrom().getEpochSecond());
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_scored_profiles (baseline_id, segment, bucket_start, bucket_seconds, row_count, body)
                VALUES (?, ?, ?, ?, ?, ?)
                """)) {
            for (Map.Entry<String, ScoredProfile> segment : segments.entrySet()) {
                statement.setLong(1, baseline.id());
                statement.setString(2, segment.getKey());
                statement.setObject(3, SqlTime.parameter(baseline.rowsFrom()));
                statement.setInt(4, Math.toIntExact(Math.min(Integer.MAX_VALUE, seconds)));
                statement.setLong(5, segment.getValue().count());
                statement.setBytes(6, segment.getValue().toBytes());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** The profiles by segment. */
    public static SortedMap<String, ScoredProfile> of(Connection connection, Baseline baseline) throws SQLException {
        return read(connection, "bucket_start < ? AND bucket_seconds <> 900", baseline, baseline.rowsTo());
    }

    /** What has come since an instant by segment, all its buckets together. */
    public static SortedMap<String, ScoredProfile> since(Connection connection, Baseline baseline, Instant start)
            throws SQLException {
        return read(connection, "bucket_start >= ? AND bucket_seconds = 900", baseline, start);
    }

    private static SortedMap<String, ScoredProfile> read(
            Connection connection, String which, Baseline baseline, Instant at) throws SQLException {
        SortedMap<String, ScoredProfile> segments = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT segment, body FROM drift_scored_profiles WHERE baseline_id = ? AND segment <> '' AND "
                        + which)) {
            statement.setLong(1, baseline.id());
            statement.setObject(2, SqlTime.parameter(at));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    segments.merge(row.getString(1), ScoredProfile.fromBytes(row.getBytes(2)), ScoredProfile::merge);
                }
            }
        }
        return segments;
    }
}
