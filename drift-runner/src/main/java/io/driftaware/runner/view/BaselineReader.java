package io.driftaware.runner.view;

import io.driftaware.runner.view.Baselines.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what there is of baselines, their contents left where they are. */
final class BaselineReader {
    private static final int MOST_IN_USE = 100;

    private BaselineReader() {}

    /** Those below a number, the latest first. */
    static Baselines page(Connection connection, long before, int limit) throws SQLException {
        List<Entry> entries = entries(connection, "id < ?", before, limit + 1);
        List<Entry> inUse = entries(
                connection, "id < ? AND accepted_at IS NOT NULL AND retired_at IS NULL", Long.MAX_VALUE, MOST_IN_USE);
        boolean more = entries.size() > limit;
        List<Entry> shown = more ? List.copyOf(entries.subList(0, limit)) : entries;
        return new Baselines(shown, more ? shown.get(limit - 1).id() : null, false, inUse);
    }

    private static List<Entry> entries(Connection connection, String which, long before, int limit)
            throws SQLException {
        List<Entry> entries = new ArrayList<>();
        String sql =
                """
                SELECT id, stream, embedding_model, fitted_at, accepted_at, retired_at, rows_from, rows_to, row_count
                FROM drift_baselines
                WHERE %s AND segment = ''
                ORDER BY id DESC
                LIMIT ?
                """
                        .formatted(which);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, before);
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(entry(row));
                }
            }
        }
        return entries;
    }

    private static Entry entry(ResultSet row) throws SQLException {
        Instant accepted = SqlTimes.read(row, 5);
        return new Entry(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                state(accepted, SqlTimes.read(row, 6)),
                SqlTimes.required(row, 4),
                accepted,
                SqlTimes.required(row, 7),
                SqlTimes.required(row, 8),
                row.getLong(9));
    }

    private static String state(@Nullable Instant accepted, @Nullable Instant retired) {
        if (accepted == null) {
            return "candidate";
        }
        return retired == null ? "in use" : "retired";
    }
}
