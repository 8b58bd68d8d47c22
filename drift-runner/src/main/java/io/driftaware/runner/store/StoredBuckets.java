package io.driftaware.runner.store;

import io.driftaware.runner.store.ProfileCache.Stretch;
import io.driftaware.runner.store.ProfileCache.Version;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The quarters of an hour of one stream, space and segment, by hour: what each hour holds is known at once, and decoded only if the
 * last check has not done so. The hours at the edges of a window are taken in quarters.
 */
final class StoredBuckets<P> {
    static final int HOUR = 3_600;

    private final Connection connection;
    private final ProfileTable<P> table;
    private final BinaryOperator<P> merge;
    private final ProfileCache<P> cache;
    private final String owner;
    private final String space;
    private final NavigableMap<Long, Hour> hours;
    private @Nullable List<Optional<P>> eachHour;

    /** @param lastBucket the last that holds anything */
    record Hour(Version version, long lastBucket) {}

    StoredBuckets(
            Connection connection,
            ProfileTable<P> table,
            BinaryOperator<P> merge,
            ProfileCache<P> cache,
            String owner,
            String space,
            NavigableMap<Long, Hour> hours) {
        this.connection = connection;
        this.table = table;
        this.merge = merge;
        this.cache = cache;
        this.owner = owner;
        this.space = space;
        this.hours = hours;
    }

    /** The hours of a stream that hold anything, by space. */
    static Map<String, NavigableMap<Long, Hour>> hours(Connection connection, String owner, Window window)
            throws SQLException {
        Map<String, NavigableMap<Long, Hour>> bySpace = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT embedding_model, date_part('epoch', hour)::bigint, buckets, row_count,
                       (date_part('epoch', changed) * 1000000)::bigint, date_part('epoch', last_bucket)::bigint
                FROM (SELECT embedding_model, date_bin('1 hour', bucket_start, '0001-01-01 00:00Z') AS hour,
                             count(*) AS buckets, sum(row_count)::bigint AS row_count, max(updated_at) AS changed,
                             max(bucket_start) AS last_bucket
                      FROM drift_profiles
                      WHERE stream = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                        AND bucket_seconds = 900
                      GROUP BY 1, 2) hours
                """)) {
            statement.setString(1, owner);
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    bySpace.computeIfAbsent(row.getString(1), absent -> new TreeMap<>())
                            .put(
                                    row.getLong(2),
                                    new Hour(
                                            new Version(row.getLong(3), row.getLong(4), row.getLong(5)),
                                            row.getLong(6)));
                }
            }
        }
        return bySpace;
    }

    NavigableMap<Long, Hour> hours() {
        return hours;
    }

    String owner() {
        return owner;
    }

    P together(P one, P other) {
        return merge.apply(one, other);
    }

    /** Everything that is kept of whole days, read anew; null if nothing is. */
    @Nullable
    P days(Window wholeDays) throws SQLException {
        P sum = null;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT body
                FROM drift_profiles
                WHERE stream = ? AND embedding_model = ? AND segment = '' AND bucket_start >= ? AND bucket_start < ?
                """)) {
            statement.setString(1, owner);
            statement.setString(2, space);
            statement.setObject(3, SqlTime.parameter(wholeDays.from()));
            statement.setObject(4, SqlTime.parameter(wholeDays.to()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    P one = table.decode(row.getBytes(1));
                    sum = sum == null ? one : merge.apply(sum, one);
                }
            }
        }
        return sum;
    }

    /** Everything that lies in a window; null if nothing does. */
    @Nullable
    P in(Window window) throws SQLException {
        P sum = null;
        for (Optional<P> part :
                parts(stretches(window.from().getEpochSecond(), window.to().getEpochSecond()))) {
            if (part.isPresent()) {
                sum = sum == null ? part.get() : merge.apply(sum, part.get());
            }
        }
        return sum;
    }

    /** Each of these hours on its own, in order. */
    List<Optional<P>> eachHour() throws SQLException {
        List<Optional<P>> known = eachHour;
        if (known == null) {
            List<Stretch> stretches = new ArrayList<>();
            hours.keySet().forEach(hour -> stretches.add(stretch(hour, hour + HOUR)));
            known = parts(stretches);
            eachHour = known;
        }
        return known;
    }

    /** The four quarters of an hour. */
    List<Optional<P>> quarters(long hour) throws SQLException {
        List<Stretch> stretches = new ArrayList<>();
        for (long from = hour; from < hour + HOUR; from += Bucket.SECONDS) {
            stretches.add(stretch(from, from + Bucket.SECONDS));
        }
        return parts(stretches);
    }

    private List<Stretch> stretches(long from, long to) {
        List<Stretch> stretches = new ArrayList<>();
        for (long hour : hours.subMap(Math.floorDiv(from, HOUR) * HOUR, to).keySet()) {
            stretches.add(stretch(Math.max(from, hour), Math.min(to, hour + HOUR)));
        }
        return stretches;
    }

    private Stretch stretch(long from, long to) {
        return new Stretch(owner, space, "", from, to);
    }

    private List<Optional<P>> parts(List<Stretch> stretches) throws SQLException {
        List<Optional<P>> parts = new ArrayList<>(stretches.size());
        List<Stretch> missing = new ArrayList<>();
        for (Stretch stretch : stretches) {
            Optional<P> known = cache.get(stretch, version(stretch));
            if (known == null) {
                missing.add(stretch);
                known = Optional.empty();
            }
            parts.add(known);
        }
        if (!missing.isEmpty()) {
            Map<Stretch, Optional<P>> loaded = load(missing);
            for (int i = 0; i < parts.size(); i++) {
                parts.set(i, loaded.getOrDefault(stretches.get(i), parts.get(i)));
            }
        }
        return parts;
    }

    private Version version(Stretch stretch) {
        Hour hour = hours.get(Math.floorDiv(stretch.from(), HOUR) * HOUR);
        return hour == null ? new Version(0, 0, 0) : hour.version();
    }

    private Map<Stretch, Optional<P>> load(List<Stretch> missing) throws SQLException {
        Map<Integer, P> sums = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT w.place::integer, p.body
                FROM unnest(?::bigint[], ?::bigint[]) WITH ORDINALITY AS w (first, behind, place)
                JOIN drift_profiles p ON p.bucket_start >= to_timestamp(w.first)
                                     AND p.bucket_start < to_timestamp(w.behind)
                                     AND p.bucket_seconds = 900
                WHERE p.stream = ? AND p.embedding_model = ? AND p.segment = ''
                """)) {
            statement.setArray(1, seconds(missing.stream().map(Stretch::from).toArray()));
            statement.setArray(2, seconds(missing.stream().map(Stretch::to).toArray()));
            statement.setString(3, owner);
            statement.setString(4, space);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    sums.merge(row.getInt(1) - 1, table.decode(row.getBytes(2)), merge);
                }
            }
        }
        Map<Stretch, Optional<P>> loaded = new HashMap<>();
        for (int i = 0; i < missing.size(); i++) {
            Stretch stretch = missing.get(i);
            Optional<P> profile = Optional.ofNullable(sums.get(i));
            cache.put(stretch, version(stretch), profile);
            loaded.put(stretch, profile);
        }
        return loaded;
    }

    private java.sql.Array seconds(Object[] values) throws SQLException {
        return connection.createArrayOf("bigint", values);
    }
}
