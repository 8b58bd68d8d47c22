package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Finds models and prompts that answer a good part of recent interactions and were not there before. */
public final class NewVersions {
    private static final Duration BEFORE = Duration.ofDays(30);
    private static final double LEAST_SHARE = 0.2;

    private NewVersions() {}

    /** The most frequent one that appeared within the window, in words; empty if there is none, or nothing older. */
    public static Optional<String> of(Connection connection, Window window) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH versions AS (
                    SELECT COALESCE(request_model, model_name, 'unnamed') AS model,
                           concat_ws(' ', prompt_name, prompt_version) AS prompt,
                           count(*) FILTER (WHERE "timestamp" >= ?) AS recent,
                           count(*) FILTER (WHERE "timestamp" < ?) AS before,
                           min("timestamp") AS first
                    FROM interaction_log
                    WHERE "timestamp" >= ? AND "timestamp" < ?
                    GROUP BY 1, 2)
                SELECT model, prompt, first
                FROM versions
                WHERE before = 0 AND recent >= ? * (SELECT sum(recent) FROM versions)
                  AND (SELECT sum(before) FROM versions) > 0
                ORDER BY recent DESC, model, prompt
                LIMIT 1
                """)) {
            statement.setObject(1, SqlTime.parameter(window.from()));
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.from().minus(BEFORE)));
            statement.setObject(4, SqlTime.parameter(window.to()));
            statement.setDouble(5, LEAST_SHARE);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String prompt = row.getString(2);
                return Optional.of("model " + row.getString(1) + (prompt.isEmpty() ? "" : " with prompt " + prompt)
                        + " since " + SqlTime.read(row, 3));
            }
        }
    }
}
