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
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one profile of a day out of those of its quarters of an hour, once no window reaches back to it: the sum of the
 * quarters, byte for byte what one profile of the day would be. A row that comes later starts a quarter again, which joins
 * the day at the next time.
 */
final class RollUp {
    private static final Logger log = LoggerFactory.getLogger(RollUp.class);
    private static final int DAY = 86_400;

    private final Connection connection;

    RollUp(Connection connection) {
        this.connection = connection;
    }

    private record Day(String owner, String space, String segment, long start) {}

    /**
     * Rolls up, oldest days first.
     *
     * @param before days that end here or earlier
     * @param most days of one stream and segment, at most
     * @return how many days were rolled up
     */
    int run(Instant before, int most) throws SQLException {
        int done = 0;
        for (Day day : days(before, most)) {
            try {
                SavepointGuard.isolated(connection, () -> sum(day));
                done++;
            } catch (SnapshotLostException e) {
                throw e;
            } catch (SQLException | RuntimeException e) {
                log.warn("the profiles of {} stay as they are: {}", day, e.getMessage());
            }
        }
        return done;
    }

    private List<Day> days(Instant before, int most) throws SQLException {
        List<Day> days = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT stream, embedding_model, segment,
                       floor(EXTRACT(EPOCH FROM bucket_start) / 86400)::bigint * 86400 AS day
                FROM drift_profiles
                WHERE bucket_seconds < 86400 AND bucket_start < date_bin('1 day', ?, TIMESTAMPTZ '0001-01-01 00:00Z')
                GROUP BY 1, 2, 3, 4
                ORDER BY day
                LIMIT ?
                """)) {
            statement.setObject(1, SqlTime.parameter(before));
            statement.setInt(2, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    days.add(new Day(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)));
                }
            }
        }
        return days;
    }

    private int sum(Day day) throws SQLException {
        if (day.owner().equals(InteractionLane.OWNER)) {
            return sum(day, ProfileTable.INTERACTIONS, InteractionProfile::merge);
        }
        return day.owner().equals(WatchedStream.COVERAGE.label())
                ? sum(day, ProfileTable.RETRIEVALS, RetrievalProfile::merge)
                : sum(day, ProfileTable.EMBEDDINGS, EmbeddingProfile::merge);
    }

    /** @return profiles that became one */
    private <P> int sum(Day day, ProfileTable<P> table, BinaryOperator<P> merge) throws SQLException {
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
            place(statement, day);
            statement.setLong(5, day.start() + DAY);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows += row.getLong(1);
                    sum = merged(sum, table.decode(row.getBytes(2)), merge);
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
            place(statement, day);
            statement.setLong(5, rows);
            statement.setBytes(6, table.encode(sum));
            statement.executeUpdate();
        }
        return taken;
    }

    private static <P> P merged(@Nullable P sum, P one, BinaryOperator<P> merge) {
        return sum == null ? one : merge.apply(sum, one);
    }

    private static void place(PreparedStatement statement, Day day) throws SQLException {
        statement.setString(1, day.owner());
        statement.setString(2, day.space());
        statement.setString(3, day.segment());
        statement.setLong(4, day.start());
    }
}
