package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The frozen baselines ({@code drift_baselines}): at most one in use for each stream and embedding model. */
public final class BaselineStore {
    private static final String COLUMNS =
            "id, stream, embedding_model, fitted_at, accepted_at, retired_at, rows_from, rows_to, row_count";

    private BaselineStore() {}

    /** Those that recent traffic is compared with. */
    public static List<Baseline> inUse(Connection connection) throws SQLException {
        return list(connection, "accepted_at IS NOT NULL AND retired_at IS NULL");
    }

    /** The one that a stream is compared with; {@code space} as a baseline has it. */
    public static Optional<Baseline> inUse(Connection connection, WatchedStream stream, String space)
            throws SQLException {
        return inUse(connection).stream()
                .filter(one -> one.stream() == stream && one.space().equals(space))
                .findFirst();
    }

    /** All that were ever fitted, the latest last. */
    public static List<Baseline> all(Connection connection) throws SQLException {
        return list(connection, "true");
    }

    /** The stored form of one. */
    public static byte[] body(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT body FROM drift_baselines WHERE id = ?")) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("baseline " + id + " is gone");
                }
                return row.getBytes(1);
            }
        }
    }

    /** What else was kept of one, as JSON: the texts of its examples. */
    public static String details(Connection connection, long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT details::text FROM drift_baselines WHERE id = ?")) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : "{}";
            }
        }
    }

    /**
     * Keeps a candidate.
     *
     * @param details JSON object
     */
    public static Baseline add(
            Connection connection,
            WatchedStream stream,
            String space,
            Instant at,
            Window rows,
            long rowCount,
            byte[] body,
            String details)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_baselines
                    (stream, embedding_model, fitted_at, rows_from, rows_to, row_count, body, details)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb)
                RETURNING %s
                """
                        .formatted(COLUMNS))) {
            statement.setString(1, stream.label());
            statement.setString(2, space);
            statement.setObject(3, SqlTime.parameter(at));
            statement.setObject(4, SqlTime.parameter(rows.from()));
            statement.setObject(5, SqlTime.parameter(rows.to()));
            statement.setLong(6, rowCount);
            statement.setBytes(7, body);
            statement.setString(8, details);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return read(row);
            }
        }
    }

    /** Puts a candidate into use and retires the one before it. */
    public static void accept(Connection connection, Baseline candidate, Instant at) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_baselines
                SET accepted_at = CASE WHEN id = ? THEN ? ELSE accepted_at END,
                    retired_at = CASE WHEN id = ? THEN NULL ELSE ? END
                WHERE stream = ? AND embedding_model = ?
                  AND (id = ? OR (accepted_at IS NOT NULL AND retired_at IS NULL))
                """)) {
            statement.setLong(1, candidate.id());
            statement.setObject(2, SqlTime.parameter(at));
            statement.setLong(3, candidate.id());
            statement.setObject(4, SqlTime.parameter(at));
            statement.setString(5, candidate.stream().label());
            statement.setString(6, candidate.space());
            statement.setLong(7, candidate.id());
            statement.executeUpdate();
        }
    }

    private static List<Baseline> list(Connection connection, String which) throws SQLException {
        List<Baseline> baselines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT " + COLUMNS + " FROM drift_baselines WHERE " + which + " ORDER BY id");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                baselines.add(read(row));
            }
        }
        return baselines;
    }

    private static Baseline read(ResultSet row) throws SQLException {
        return new Baseline(
                row.getLong(1),
                WatchedStream.ofLabel(row.getString(2)),
                row.getString(3),
                time(row, 4),
                SqlTime.read(row, 5),
                SqlTime.read(row, 6),
                time(row, 7),
                time(row, 8),
                row.getLong(9));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(SqlTime.read(row, column)).orElse(Instant.EPOCH);
    }
}
