package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the streams of one check from their profiles, never from rows. Times are known to the quarter of an hour: a first or
 * last row is given as the start of its bucket.
 */
public final class ProfileReader implements StreamReadings {
    /** So many of the latest rows tell which embedding model is in use: a few strays of another change nothing. */
    private static final long LATEST_ROWS = 100;

    private static final int LATEST_BUCKETS = 40;

    private final Connection connection;
    private final CheckWindows windows;
    private final ProfileMemory memory;
    private final Map<WatchedStream, SQLException> failures;
    private @Nullable StoredBuckets<InteractionProfile> interactions;
    private @Nullable StoredBuckets<RetrievalProfile> retrievals;

    /**
     * Reads within the transaction of {@code connection}.
     *
     * @param windows on the grid of buckets
     * @param memory of the monitor
     * @param failures streams whose profiles are behind, and why: asking for one of them fails so
     */
    public ProfileReader(
            Connection connection,
            CheckWindows windows,
            ProfileMemory memory,
            Map<WatchedStream, SQLException> failures) {
        this.connection = connection;
        this.windows = windows;
        this.memory = memory;
        this.failures = Map.copyOf(failures);
        memory.nextCheck();
    }

    @Override
    public EmbeddingReading embeddings(WatchedStream stream) throws SQLException {
        if (stream.kind() != WatchedStream.Kind.EMBEDDINGS) {
            throw new IllegalArgumentException(stream.label() + " has no embeddings");
        }
        requireRead(stream);
        return SavepointGuard.isolated(connection, () -> readEmbeddings(stream));
    }

    @Override
    public FlagReading flags() throws SQLException {
        requireRead(WatchedStream.REFUSALS);
        return SavepointGuard.isolated(connection, () -> {
            StoredBuckets<InteractionProfile> stored = interactions();
            return new FlagReading(
                    in(stored, windows.recent(), InteractionProfile.empty()),
                    in(stored, windows.baseline(), InteractionProfile.empty()),
                    activity(stored, profile -> profile.refusals().known() > 0),
                    activity(stored, profile -> profile.toxicity().known() > 0));
        });
    }

    @Override
    public FeedbackReading feedback() throws SQLException {
        requireRead(WatchedStream.FEEDBACK);
        return SavepointGuard.isolated(connection, () -> {
            StoredBuckets<InteractionProfile> stored = interactions();
            return new FeedbackReading(
                    in(stored, windows.recent(), InteractionProfile.empty()),
                    in(stored, windows.baseline(), InteractionProfile.empty()),
                    activity(
                            stored,
                            profile -> profile.feedback().count()
                                            + profile.feedback().rejected()
                                    > 0));
        });
    }

    @Override
    public RetrievalReading retrievals() throws SQLException {
        requireRead(WatchedStream.COVERAGE);
        return SavepointGuard.isolated(connection, () -> {
            StoredBuckets<RetrievalProfile> stored = storedRetrievals();
            return new RetrievalReading(
                    in(stored, windows.recent(), RetrievalProfile.empty()),
                    in(stored, windows.baseline(), RetrievalProfile.empty()),
                    activity(stored, profile -> profile.known() + profile.unusable() > 0));
        });
    }

    /** What each hour of a window holds of retrievals, as {@link #interactionHours}. */
    public NavigableMap<Instant, RetrievalProfile> retrievalHours(Window window) throws SQLException {
        return hours(storedRetrievals(), window);
    }

    /** The same by quarters of an hour, read anew: for baselines. */
    public NavigableMap<Instant, RetrievalProfile> retrievalQuarters(Window window) throws SQLException {
        return quarters(WatchedStream.COVERAGE.label(), window, RetrievalProfile::fromBytes);
    }

    /**
     * What each hour of a window holds of {@code interaction_log}, by the start of the hour; hours without rows are absent.
     */
    public NavigableMap<Instant, InteractionProfile> interactionHours(Window window) throws SQLException {
        return hours(interactions(), window);
    }

    private static <P> NavigableMap<Instant, P> hours(StoredBuckets<P> stored, Window window) throws SQLException {
        NavigableMap<Instant, P> hours = new TreeMap<>();
        List<Optional<P>> each = stored.eachHour();
        int place = 0;
        for (long hour : stored.hours().keySet()) {
            Instant start = Instant.ofEpochSecond(hour);
            if (!start.isBefore(window.from()) && start.isBefore(window.to())) {
                each.get(place).ifPresent(profile -> hours.put(start, profile));
            }
            place++;
        }
        return hours;
    }

    /** The same by quarters of an hour, read anew: for baselines. */
    public NavigableMap<Instant, InteractionProfile> interactionQuarters(Window window) throws SQLException {
        return quarters(InteractionLane.OWNER, window, InteractionProfile::fromBytes);
    }

    private <P> NavigableMap<Instant, P> quarters(String owner, Window window, Function<byte[], P> decode)
            throws SQLException {
        NavigableMap<Instant, P> quarters = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT EXTRACT(EPOCH FROM bucket_start)::bigint, body
                FROM drift_profiles
                WHERE stream = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                """)) {
            statement.setString(1, owner);
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    quarters.put(Instant.ofEpochSecond(row.getLong(1)), decode.apply(row.getBytes(2)));
                }
            }
        }
        return quarters;
    }

    /** The quarters of an hour of a window of a stream in one space, in their order, read anew. */
    public List<EmbeddingProfile> embeddingBuckets(WatchedStream stream, EmbeddingSpace space, Window window)
            throws SQLException {
        List<EmbeddingProfile> buckets = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT body
                FROM drift_profiles
                WHERE stream = ? AND embedding_model = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                ORDER BY bucket_start
                """)) {
            statement.setString(1, stream.label());
            statement.setString(2, space.key());
            statement.setObject(3, SqlTime.parameter(window.from()));
            statement.setObject(4, SqlTime.parameter(window.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    buckets.add(EmbeddingProfile.fromBytes(row.getBytes(1)));
                }
            }
        }
        return buckets;
    }

    /** How many rows each hour holds of a stream in one space, from the start of the baseline window to the check. */
    public NavigableMap<Instant, Long> embeddingRows(WatchedStream stream, EmbeddingSpace space) throws SQLException {
        NavigableMap<Instant, Long> rows = new TreeMap<>();
        StoredBuckets.hours(connection, stream.label(), windows.whole())
                .getOrDefault(space.key(), new TreeMap<>())
                .forEach((hour, held) ->
                        rows.put(Instant.ofEpochSecond(hour), held.version().rows()));
        return rows;
    }

    /** Fails as the reading of the stream's rows did. */
    private void requireRead(WatchedStream stream) throws SQLException {
        SQLException failure = failures.get(stream);
        if (failure != null) {
            throw failure;
        }
    }

    private EmbeddingReading readEmbeddings(WatchedStream stream) throws SQLException {
        Map<String, NavigableMap<Long, StoredBuckets.Hour>> bySpace =
                StoredBuckets.hours(connection, stream.label(), windows.whole());
        Activity activity = activity(bySpace);
        Optional<EmbeddingSpace> current = currentSpace(stream, windows.recent());
        if (current.isEmpty()) {
            current = currentSpace(stream, windows.baseline());
        }
        if (current.isEmpty()) {
            return EmbeddingReading.nothing(activity);
        }
        EmbeddingSpace space = current.get();
        StoredBuckets<EmbeddingProfile> stored = new StoredBuckets<>(
                connection,
                ProfileTable.EMBEDDINGS,
                EmbeddingProfile::merge,
                memory.embeddings,
                stream.label(),
                space.key(),
                bySpace.getOrDefault(space.key(), new TreeMap<>()));
        EmbeddingProfile recent = orEmpty(stored.in(windows.recent()), space);
        EmbeddingProfile baseline = orEmpty(stored.in(windows.baseline()), space);
        EmbeddingSpace replaced = baseline.count() == 0 && baseline.rejected() == 0
                ? currentSpace(stream, windows.baseline())
                        .filter(before -> !before.equals(space))
                        .orElse(null)
                : null;
        return new EmbeddingReading(space, replaced, recent, baseline, activity);
    }

    private static EmbeddingProfile orEmpty(@Nullable EmbeddingProfile profile, EmbeddingSpace space) {
        return profile == null ? EmbeddingProfile.empty(space.dimension()) : profile;
    }

    /** The space that most rows of the window's latest buckets have; of equals, the one seen last. */
    private Optional<EmbeddingSpace> currentSpace(WatchedStream stream, Window window) throws SQLException {
        Map<String, Long> rows = new HashMap<>();
        String best = null;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT embedding_model, row_count, bucket_start
                FROM drift_profiles
                WHERE stream = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                ORDER BY bucket_start DESC, row_count DESC, embedding_model
                LIMIT ?
                """)) {
            statement.setString(1, stream.label());
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.to()));
            statement.setInt(4, LATEST_BUCKETS);
            try (ResultSet row = statement.executeQuery()) {
                long seen = 0;
                Instant bucket = null;
                while (row.next()) {
                    Instant next = SqlTime.read(row, 3);
                    if (seen >= LATEST_ROWS && next != null && !next.equals(bucket)) {
                        break;
                    }
                    bucket = next;
                    String space = row.getString(1);
                    long sum = rows.merge(space, row.getLong(2), Long::sum);
                    seen += row.getLong(2);
                    if (best == null || sum > rows.getOrDefault(best, 0L)) {
                        best = space;
                    }
                }
            }
        }
        return Optional.ofNullable(best).map(EmbeddingSpace::ofKey);
    }

    private static Activity activity(Map<String, NavigableMap<Long, StoredBuckets.Hour>> bySpace) {
        NavigableMap<Long, Long> lastBuckets = new TreeMap<>();
        bySpace.values()
                .forEach(hours -> hours.forEach((hour, held) -> lastBuckets.merge(hour, held.lastBucket(), Math::max)));
        return lastBuckets.isEmpty()
                ? Activity.NONE
                : new Activity(
                        Instant.ofEpochSecond(lastBuckets.firstKey()),
                        Instant.ofEpochSecond(lastBuckets.lastEntry().getValue()),
                        lastBuckets.size());
    }

    private StoredBuckets<InteractionProfile> interactions() throws SQLException {
        StoredBuckets<InteractionProfile> read = interactions;
        if (read == null) {
            read = new StoredBuckets<>(
                    connection,
                    ProfileTable.INTERACTIONS,
                    InteractionProfile::merge,
                    memory.interactions,
                    InteractionLane.OWNER,
                    "",
                    StoredBuckets.hours(connection, InteractionLane.OWNER, windows.whole())
                            .getOrDefault("", new TreeMap<>()));
            interactions = read;
        }
        return read;
    }

    private StoredBuckets<RetrievalProfile> storedRetrievals() throws SQLException {
        StoredBuckets<RetrievalProfile> read = retrievals;
        if (read == null) {
            String owner = WatchedStream.COVERAGE.label();
            read = new StoredBuckets<>(
                    connection,
                    ProfileTable.RETRIEVALS,
                    RetrievalProfile::merge,
                    memory.retrievals,
                    owner,
                    "",
                    StoredBuckets.hours(connection, owner, windows.whole()).getOrDefault("", new TreeMap<>()));
            retrievals = read;
        }
        return read;
    }

    private static <P> P in(StoredBuckets<P> stored, Window window, P empty) throws SQLException {
        P profile = stored.in(window);
        return profile == null ? empty : profile;
    }

    /** Of the hours in which a profile holds what it is asked for. */
    private static <P> Activity activity(StoredBuckets<P> stored, Predicate<P> holds) throws SQLException {
        NavigableMap<Long, P> active = new TreeMap<>();
        List<Optional<P>> each = stored.eachHour();
        int place = 0;
        for (long hour : stored.hours().keySet()) {
            each.get(place++).filter(holds).ifPresent(profile -> active.put(hour, profile));
        }
        if (active.isEmpty()) {
            return Activity.NONE;
        }
        long last = active.lastKey();
        List<Optional<P>> quarters = stored.quarters(last);
        for (int quarter = 0; quarter < quarters.size(); quarter++) {
            if (quarters.get(quarter).filter(holds).isPresent()) {
                last = active.lastKey() + (long) quarter * Bucket.SECONDS;
            }
        }
        return new Activity(Instant.ofEpochSecond(active.firstKey()), Instant.ofEpochSecond(last), active.size());
    }
}
