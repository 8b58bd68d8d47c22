package io.driftaware.runner.store;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one profile of a day out of those of its quarters of an hour, once no window reaches back to it: the sum of the
 * quarters, byte for byte what one profile of the day would be. A row that comes later starts a quarter again, which joins
 * the day at the next time; a score that is changed later is changed in the day.
 */
final class RollUp {
    private static final Logger log = LoggerFactory.getLogger(RollUp.class);

    /** Seconds of a day, and so {@code bucket_seconds} of what was rolled up. */
    static final int DAY = 86_400;

    private final Connection connection;

    /** Found by this object, which names the first alone. */
    private int damaged;

    RollUp(Connection connection) {
        this.connection = connection;
    }

    /**
     * A day of one stream, space and segment.
     *
     * @param start its first second since 1970
     */
    record Place(long start, String owner, String space, String segment) {
        @Override
        public String toString() {
            return owner + (space.isEmpty() ? "" : " " + space) + (segment.isEmpty() ? "" : " [" + segment + "]")
                    + " on " + LocalDate.ofEpochDay(Math.floorDiv(start, DAY));
        }
    }

    /**
     * What one transaction did.
     *
     * @param days that were rolled up
     * @param last the last that was tried, to go on behind it; null once there is none left
     */
    record Passed(int days, @Nullable Place last) {}

    /** The start of the day that an instant lies in. */
    static long dayOf(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), DAY) * (long) DAY;
    }

    /** The cell of the day that a cell's bucket lies in. */
    static Cell dayOf(Cell cell) {
        long day = Math.floorDiv(cell.bucket(), DAY) * (long) DAY;
        return new Cell(cell.owner(), cell.space(), cell.segment(), day);
    }

    /** Which of these cells' days have been rolled up. */
    static Set<Cell> days(Connection connection, Collection<Cell> cells) throws SQLException {
        Set<Cell> asked = new HashSet<>();
        cells.forEach(cell -> asked.add(dayOf(cell)));
        List<Cell> days = List.copyOf(asked);
        Set<Cell> found = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT c.place
                FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[])
                     WITH ORDINALITY AS c (owner, space, segment, day, place)
                JOIN drift_profiles p ON p.stream = c.owner AND p.embedding_model = c.space AND p.segment = c.segment
                                     AND p.bucket_start = to_timestamp(c.day) AND p.bucket_seconds = 86400
                """)) {
            ProfileTable.place(statement, connection, days);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(days.get(row.getInt(1) - 1));
                }
            }
        }
        return found;
    }

    /**
     * Rolls up, oldest days first.
     *
     * @param before days that end here or earlier
     * @param behind where the last transaction ended; null to begin
     * @param most days of one stream, space and segment, at most; those that cannot be read count too
     */
    Passed run(Instant before, @Nullable Place behind, int most) throws SQLException {
        long end = dayOf(before);
        Place last = behind;
        int tried = 0;
        int done = 0;
        while (tried < most) {
            Long day = firstDay(last == null ? Long.MIN_VALUE : last.start(), end);
            if (day == null) {
                return new Passed(done, null);
            }
            if (last == null || day > last.start()) {
                last = new Place(day, "", "", "");
            }
            List<Place> places = places(last, most - tried);
            for (Place place : places) {
                done += guarded(place) ? 1 : 0;
                last = place;
                tried++;
            }
            if (tried < most) {
                last = new Place(last.start() + DAY, "", "", "");
            }
        }
        return new Passed(done, last);
    }

    private boolean guarded(Place place) throws SQLException {
        try {
            SavepointGuard.isolated(connection, () -> sum(place));
            return true;
        } catch (SnapshotLostException e) {
            throw e;
        } catch (SQLException | RuntimeException e) {
            if (damaged++ == 0) {
                log.warn("the profiles of {} stay as they are: {}", place, e.getMessage());
            }
            return false;
        }
    }

    /** From one end of an index, whatever else there is. */
    private @Nullable Long firstDay(long from, long before) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT floor(EXTRACT(EPOCH FROM bucket_start) / 86400)::bigint * 86400
                FROM drift_profiles
                WHERE bucket_seconds = 900 AND bucket_start >= %s AND bucket_start < to_timestamp(?)
                ORDER BY bucket_start
                LIMIT 1
                """
                        .formatted(from == Long.MIN_VALUE ? "'-infinity'" : "to_timestamp(" + from + ")"))) {
            statement.setLong(1, before);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : null;
            }
        }
    }

    /** What has quarters on the day of a place, behind the place. */
    private List<Place> places(Place behind, int most) throws SQLException {
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT DISTINCT stream, embedding_model, segment
                FROM drift_profiles
                WHERE bucket_seconds = 900 AND bucket_start >= to_timestamp(?) AND bucket_start < to_timestamp(?)
                  AND (stream, embedding_model, segment) > (?, ?, ?)
                ORDER BY stream, embedding_model, segment
                LIMIT ?
                """)) {
            statement.setLong(1, behind.start());
            statement.setLong(2, behind.start() + DAY);
            statement.setString(3, behind.owner());
            statement.setString(4, behind.space());
            statement.setString(5, behind.segment());
            statement.setInt(6, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    places.add(new Place(behind.start(), row.getString(1), row.getString(2), row.getString(3)));
                }
            }
        }
        return places;
    }

    private int sum(Place place) throws SQLException {
        if (place.owner().equals(InteractionLane.OWNER)) {
            return sum(place, ProfileTable.INTERACTIONS, InteractionProfile::merge);
        }
        return place.owner().equals(WatchedStream.COVERAGE.label())
                ? sum(place, ProfileTable.RETRIEVALS, RetrievalProfile::merge)
                : sum(place, ProfileTable.EMBEDDINGS, EmbeddingProfile::merge);
    }

    /** @return profiles that became one */
    private <P> int sum(Place place, ProfileTable<P> table, BinaryOperator<P> merge) throws SQLException {
        P sum = null;
        long rows = 0;
        int taken = 0;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                DELETE FROM drift_profiles
                WHERE stream = ? AND embedding_model = ? AND segment = ?
                  AND bucket_start >= to_timestamp(?) AND bucket_start < to_timestamp(?)
                RETURNING row_count, body
                """)) {
            place(statement, place);
            statement.setLong(5, place.start() + DAY);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows += row.getLong(1);
                    P one = table.decode(row.getBytes(2));
                    sum = sum == null ? one : merge.apply(sum, one);
                    taken++;
                }
            }
        }
        if (sum == null) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_profiles
                    (stream, embedding_model, segment, bucket_start, bucket_seconds, row_count, body)
                VALUES (?, ?, ?, to_timestamp(?), 86400, ?, ?)
                """)) {
            place(statement, place);
            statement.setLong(5, rows);
            statement.setBytes(6, table.encode(sum));
            statement.executeUpdate();
        }
        return taken;
    }

    private static void place(PreparedStatement statement, Place place) throws SQLException {
        statement.setString(1, place.owner());
        statement.setString(2, place.space());
        statement.setString(3, place.segment());
        statement.setLong(4, place.start());
    }
}
