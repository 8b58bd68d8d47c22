package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * From when on the profiles of a stream are kept by quarters of an hour. Before that {@link RollUp} has left one a day, which
 * tells neither what lies in a part of the day nor at which hours.
 *
 * @param owner the stream's label
 * @param from end of the last day that was rolled up; null if none was in the stretch that was looked at
 */
record KeptQuarters(String owner, @Nullable Instant from) {
    private static final Duration DAY = Duration.ofSeconds(RollUp.DAY);

    /** Looks at the days that reach into a window. */
    static KeptQuarters of(Connection connection, String owner, Window window) throws SQLException {
        return new KeptQuarters(owner, lastDay(connection, "stream = ? AND segment = '' AND", owner, window));
    }

    /** Where the quarters of every stream begin, within a window; empty if nothing of it was rolled up. */
    static Optional<Instant> ofAll(Connection connection, Window window) throws SQLException {
        return Optional.ofNullable(lastDay(connection, "? IS NOT NULL AND", "", window));
    }

    private static @Nullable Instant lastDay(Connection connection, String which, String owner, Window window)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT max(bucket_start) FROM drift_profiles WHERE " + which
                        + " bucket_seconds = 86400 AND bucket_start > ? AND bucket_start < ?")) {
            statement.setString(1, owner);
            statement.setObject(2, SqlTime.parameter(window.from().minus(DAY)));
            statement.setObject(3, SqlTime.parameter(window.to()));
            try (ResultSet row = statement.executeQuery()) {
                Instant day = row.next() ? SqlTime.read(row, 1) : null;
                return day == null ? null : day.plus(DAY);
            }
        }
    }

    /** Whether every quarter of a window is kept. */
    boolean cover(Window window) {
        return from == null || !window.from().isBefore(from);
    }

    /** The part of a window whose quarters are kept; empty if it lies before. */
    Optional<Window> of(Window window) {
        if (from == null || cover(window)) {
            return Optional.of(window);
        }
        return from.isBefore(window.to()) ? Optional.of(new Window(from, window.to())) : Optional.empty();
    }

    /** The whole days of a window of which no quarters are kept; empty if there are none. */
    Optional<Window> wholeDays(Window window) {
        if (from == null) {
            return Optional.empty();
        }
        Instant first =
                Instant.ofEpochSecond(RollUp.dayOf(window.from().plus(DAY).minusNanos(1)));
        Instant behind = Instant.ofEpochSecond(RollUp.dayOf(window.to().isBefore(from) ? window.to() : from));
        return first.isBefore(behind) ? Optional.of(new Window(first, behind)) : Optional.empty();
    }

    /** The last day that was rolled up. */
    LocalDate day() {
        return LocalDate.ofInstant(from == null ? Instant.EPOCH : from, ZoneOffset.UTC)
                .minusDays(1);
    }

    /**
     * Refuses a stretch that is not kept by quarters.
     *
     * @throws RolledUpException if it is not
     */
    void require(Window window) throws RolledUpException {
        if (!cover(window)) {
            throw new RolledUpException(owner + " from " + window.from() + " to " + window.to() + ": of " + day()
                    + " one profile of the day is kept, which does not tell its hours; name a stretch from " + from
                    + " on");
        }
    }
}
