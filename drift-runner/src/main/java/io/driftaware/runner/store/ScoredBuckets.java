package io.driftaware.runner.store;

import io.driftaware.core.baseline.ScoredProfile;
import io.driftaware.runner.store.ProfileCache.Stretch;
import io.driftaware.runner.store.ProfileCache.Version;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the buckets of a baseline's scored profiles, each on its own. */
public final class ScoredBuckets {
    private final Connection connection;
    private final ProfileMemory memory;

    /** Reads within the transaction of {@code connection}, after the check's {@link ProfileReader} was made. */
    public ScoredBuckets(Connection connection, ProfileMemory memory) {
        this.connection = connection;
        this.memory = memory;
    }

    /**
     * One bucket, not yet decoded.
     *
     * @param start of the bucket
     * @param rows that were scored
     */
    public record Held(Instant start, long rows, Version version) {}

    /** The buckets of a window that hold rows, the latest first. */
    public List<Held> held(long baselineId, String segment, Window window) throws SQLException {
        List<Held> held = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT EXTRACT(EPOCH FROM bucket_start)::bigint, row_count,
                       (EXTRACT(EPOCH FROM updated_at) * 1000000)::bigint
                FROM drift_scored_profiles
                WHERE baseline_id = ? AND segment = ? AND bucket_seconds = 900
                  AND bucket_start >= ? AND bucket_start < ?
                ORDER BY bucket_start DESC
                """)) {
            statement.setLong(1, baselineId);
            statement.setString(2, segment);
            statement.setObject(3, SqlTime.parameter(window.from()));
            statement.setObject(4, SqlTime.parameter(window.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    held.add(new Held(
                            Instant.ofEpochSecond(row.getLong(1)),
                            row.getLong(2),
                            new Version(1, row.getLong(2), row.getLong(3))));
                }
            }
        }
        return held;
    }

    /**
     * The latest buckets up to {@code to}: as many as it takes to hold {@code rows}, but at least those of {@code least} and
     * none before {@code most}.
     *
     * @param to end of the window
     * @param least length of the window at least
     * @param most length of the window at most
     */
    public List<ScoredProfile> latest(
            long baselineId, String segment, Instant to, long rows, Duration least, Duration most) throws SQLException {
        List<Held> taken = new ArrayList<>();
        long sum = 0;
        for (Held bucket : held(baselineId, segment, new Window(to.minus(most), to))) {
            if (sum >= rows && bucket.start().isBefore(to.minus(least))) {
                break;
            }
            taken.add(bucket);
            sum += bucket.rows();
        }
        return List.copyOf(profiles(baselineId, segment, taken).values());
    }

    /** Decodes buckets, those that the last check has not; by their start, the latest first. */
    public SortedMap<Instant, ScoredProfile> profiles(long baselineId, String segment, List<Held> buckets)
            throws SQLException {
        String owner = Long.toString(baselineId);
        List<Held> missing = new ArrayList<>();
        for (Held bucket : buckets) {
            if (memory.scored.get(stretch(owner, segment, bucket), bucket.version()) == null) {
                missing.add(bucket);
            }
        }
        if (!missing.isEmpty()) {
            load(baselineId, segment, missing);
        }
        SortedMap<Instant, ScoredProfile> profiles = new TreeMap<>(Comparator.reverseOrder());
        for (Held bucket : buckets) {
            Optional<ScoredProfile> profile = memory.scored.get(stretch(owner, segment, bucket), bucket.version());
            if (profile != null) {
                profile.ifPresent(scored -> profiles.put(bucket.start(), scored));
            }
        }
        return profiles;
    }

    private void load(long baselineId, String segment, List<Held> missing) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT w.place::integer, p.body
                FROM unnest(?::bigint[]) WITH ORDINALITY AS w (start, place)
                JOIN drift_scored_profiles p ON p.bucket_start = to_timestamp(w.start)
                WHERE p.baseline_id = ? AND p.segment = ? AND p.bucket_seconds = 900
                """)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "bigint",
                            missing.stream()
                                    .map(bucket -> bucket.start().getEpochSecond())
                                    .toArray()));
            statement.setLong(2, baselineId);
            statement.setString(3, segment);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Held bucket = missing.get(row.getInt(1) - 1);
                    memory.scored.put(
                            stretch(Long.toString(baselineId), segment, bucket),
                            bucket.version(),
                            Optional.of(ScoredProfile.fromBytes(row.getBytes(2))));
                }
            }
        }
    }

    private static Stretch stretch(String owner, String segment, Held bucket) {
        long start = bucket.start().getEpochSecond();
        return new Stretch(owner, "", segment, start, start + Bucket.SECONDS);
    }
}
