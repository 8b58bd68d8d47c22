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
    public static final long LATEST_ROWS = 100;

    private static final int LATEST_BUCKETS = 40;

    private final Connection connection;
    private final CheckWindows windows;
    private final ProfileMemory memory;
    private final Map<WatchedStream, SQLException> failures;
    private final boolean replays;
    private final Map<String, KeptQuarters> kept = new HashMap<>();
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
        this(connection, windows, memory, failures, false);
    }

    private ProfileReader(
            Connection connection,
            CheckWindows windows,
            ProfileMemory memory,
            Map<WatchedStream, SQLException> failures,
            boolean replays) {
        this.connection = connection;
        this.windows = windows;
        this.memory = memory;
        this.failures = Map.copyOf(failures);
        this.replays = replays;
        memory.nextCheck();
    }

    /**
     * For a check of the past: where a window reaches back to days that were rolled up, those that lie wholly in it are what is
     * left of it. A check of today does without such a window.
     */
    public static ProfileReader replaying(Connection connection, CheckWindows windows, ProfileMemory memory) {
        return new ProfileReader(connection, windows, memory, Map.of(), true);
    }

    /** From when on every stream has its quarters of an hour in a window; empty if none of it was rolled up. */
    public static Optional<Instant> quartersFrom(Connection connection, Window window) throws SQLException {
        return KeptQuarters.ofAll(connection, window);
    }

    /** Whether this is a check of the past, which nobody need be told of. */
    public boolean replays() {
        return replays;
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
                    recent(stored, InteractionProfile.empty()),
                    baseline(stored, InteractionProfile.empty()),
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
                    recent(stored, InteractionProfile.empty()),
                    baseline(stored, InteractionProfile.empty()),
                    activity(
                            stored,
                            profile -> profile.feedback().count()
                                            + profile.feedback().rejected()
                                    > 0),
                    withoutBaseline(InteractionLane.OWNER));
        });
    }

    @Override
    public RetrievalReading retrievals() throws SQLException {
        requireRead(WatchedStream.COVERAGE);
        return SavepointGuard.isolated(connection, () -> {
            StoredBuckets<RetrievalProfile> stored = storedRetrievals();
            return new RetrievalReading(
                    recent(stored, RetrievalProfile.empty()),
                    baseline(stored, RetrievalProfile.empty()),
                    activity(stored, profile -> profile.known() + profile.unusable() > 0));
        });
    }

    /** What each hour of a window holds of retrievals, as {@link #interactionHours}. */
    public NavigableMap<Instant, RetrievalProfile> retrievalHours(Window window) throws SQLException {
        return hours(storedRetrievals(), window);
    }

    /**
     * The same by quarters of an hour, read anew: for baselines.
     *
     * @throws RolledUpException if they are not all kept
     */
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

    /**
     * The same by quarters of an hour, read anew: for baselines.
     *
     * @throws RolledUpException if they are not all kept
     */
    public NavigableMap<Instant, InteractionProfile> interactionQuarters(Window window) throws SQLException {
        return quarters(InteractionLane.OWNER, window, InteractionProfile::fromBytes);
    }

    private <P> NavigableMap<Instant, P> quarters(String owner, Window window, Function<byte[], P> decode)
            throws SQLException {
        KeptQuarters.of(connection, owner, window).require(window);
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

    /**
     * The quarters of an hour of a window of a stream in one space, in their order, read anew.
     *
     * @throws RolledUpException if they are not all kept
     */
    public List<EmbeddingProfile> embeddingBuckets(WatchedStream stream, EmbeddingSpace space, Window window)
            throws SQLException {
        KeptQuarters.of(connection, stream.label(), window).require(window);
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
        keptHours(stream.label())
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
        Map<String, NavigableMap<Long, StoredBuckets.Hour>> bySpace = keptHours(stream.label());
        Activity activity = activity(bySpace);
        Optional<EmbeddingSpace> current = space(stream);
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
        EmbeddingProfile recent = recent(stored, EmbeddingProfile.empty(space.dimension()));
        EmbeddingProfile baseline = baseline(stored, EmbeddingProfile.empty(space.dimension()));
        String without = withoutBaseline(stream.label());
        EmbeddingSpace replaced = without == null && baseline.count() == 0 && baseline.rejected() == 0
                ? currentSpace(stream, windows.baseline())
                        .filter(before -> !before.equals(space))
                        .orElse(null)
                : null;
        return new EmbeddingReading(space, replaced, recent, baseline, activity, without);
    }

    /** The space that a stream of embeddings is in now; empty where no row of either window was read. */
    public Optional<EmbeddingSpace> space(WatchedStream stream) throws SQLException {
        Optional<EmbeddingSpace> recent = currentSpace(stream, windows.recent());
        return recent.isPresent() ? recent : currentSpace(stream, windows.baseline());
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
                    keptHours(InteractionLane.OWNER).getOrDefault("", new TreeMap<>()));
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
                    keptHours(owner).getOrDefault("", new TreeMap<>()));
            retrievals = read;
        }
        return read;
    }

    /** The hours of a stream whose quarters are kept, from the start of the baseline window to the check. */
    private Map<String, NavigableMap<Long, StoredBuckets.Hour>> keptHours(String owner) throws SQLException {
        Optional<Window> window = kept(owner).of(windows.whole());
        return window.isPresent() ? StoredBuckets.hours(connection, owner, window.get()) : Map.of();
    }

    private KeptQuarters kept(String owner) throws SQLException {
        KeptQuarters known = kept.get(owner);
        if (known == null) {
            known = KeptQuarters.of(connection, owner, windows.whole());
            kept.put(owner, known);
        }
        return known;
    }

    /** Why there is no baseline window; null if there is. */
    private @Nullable String withoutBaseline(String owner) throws SQLException {
        KeptQuarters quarters = kept(owner);
        Window baseline = windows.baseline();
        return replays || quarters.cover(baseline)
                ? null
                : "the baseline window, from " + baseline.from() + " to " + baseline.to() + ", reaches back to "
                        + quarters.day()
                        + ", of which one profile of the day is kept: set DRIFT_BASELINE_DAYS so that it"
                        + " begins at " + quarters.from() + " or later, or wait until it does";
    }

    private <P> P recent(StoredBuckets<P> stored, P empty) throws SQLException {
        Window recent = windows.recent();
        KeptQuarters quarters = kept(stored.owner());
        if (!replays && !quarters.cover(recent)) {
            throw new RolledUpException(
                    "the recent window, from " + recent.from() + ", reaches back to " + quarters.day()
                            + ", of which one profile of the day is kept: set DRIFT_RECENT_DAYS to less, or wait");
        }
        return in(stored, recent, empty);
    }

    /** Empty where there is no such window any more. */
    private <P> P baseline(StoredBuckets<P> stored, P empty) throws SQLException {
        return withoutBaseline(stored.owner()) == null ? in(stored, windows.baseline(), empty) : empty;
    }

    /** Of what is kept as whole days, those that lie in the window. */
    private <P> P in(StoredBuckets<P> stored, Window window, P empty) throws SQLException {
        KeptQuarters quarters = kept(stored.owner());
        Optional<Window> exact = quarters.of(window);
        P profile = exact.isPresent() ? stored.in(exact.get()) : null;
        Optional<Window> days = quarters.wholeDays(window);
        P older = days.isPresent() ? stored.days(days.get()) : null;
        if (profile == null || older == null) {
            return profile == null ? (older == null ? empty : older) : profile;
        }
        return stored.together(older, profile);
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
