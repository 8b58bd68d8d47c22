package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.InteractionRecorder;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.core.profile.RetrievalRecorder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads flags, scores and retrievals. The database counts equal rows, and the counts go into profiles: the same as row by row, at
 * the cost of an aggregate.
 */
final class InteractionReader {
    private final Connection connection;
    private final CheckWindows windows;

    InteractionReader(Connection connection, CheckWindows windows) {
        this.connection = connection;
        this.windows = windows;
    }

    FlagReading flags() throws SQLException {
        String activity =
                """
                SELECT min(refusal_first), max(refusal_last), count(refusal_first),
                       min(toxicity_first), max(toxicity_last), count(toxicity_first)
                FROM (SELECT min("timestamp") FILTER (WHERE refusal_flag IS NOT NULL) AS refusal_first,
                             max("timestamp") FILTER (WHERE refusal_flag IS NOT NULL) AS refusal_last,
                             min("timestamp") FILTER (WHERE toxicity_flag IS NOT NULL) AS toxicity_first,
                             max("timestamp") FILTER (WHERE toxicity_flag IS NOT NULL) AS toxicity_last
                      FROM interaction_log
                      WHERE "timestamp" >= ? AND "timestamp" < ?
                      GROUP BY date_trunc('hour', "timestamp")) hours
                """;
        InteractionProfile recent = flags(windows.recent());
        InteractionProfile baseline = flags(windows.baseline());
        try (PreparedStatement statement = statement(activity, windows.whole());
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new FlagReading(recent, baseline, activity(row, 1), activity(row, 4));
        }
    }

    FeedbackReading feedback() throws SQLException {
        String activity =
                """
                SELECT min(first_row), max(last_row), count(*)
                FROM (SELECT min(interaction_time) AS first_row, max(interaction_time) AS last_row
                      FROM feedback_scores
                      WHERE interaction_time >= ? AND interaction_time < ?
                      GROUP BY date_trunc('hour', interaction_time)) hours
                """;
        InteractionProfile recent = feedback(windows.recent());
        InteractionProfile baseline = feedback(windows.baseline());
        try (PreparedStatement statement = statement(activity, windows.whole());
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new FeedbackReading(recent, baseline, activity(row, 1), null);
        }
    }

    RetrievalReading retrievals() throws SQLException {
        String activity =
                """
                SELECT min(first_row), max(last_row), count(*)
                FROM (SELECT min("timestamp") AS first_row, max("timestamp") AS last_row
                      FROM interaction_log
                      WHERE "timestamp" >= ? AND "timestamp" < ?
                        AND (retrieval_top_score IS NOT NULL OR retrieval_hits IS NOT NULL)
                      GROUP BY date_trunc('hour', "timestamp")) hours
                """;
        RetrievalProfile recent = retrievals(windows.recent());
        RetrievalProfile baseline = retrievals(windows.baseline());
        try (PreparedStatement statement = statement(activity, windows.whole());
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new RetrievalReading(recent, baseline, activity(row, 1));
        }
    }

    private RetrievalProfile retrievals(Window window) throws SQLException {
        String sql =
                """
                SELECT retrieval_top_score, retrieval_hits, count(*)
                FROM interaction_log
                WHERE "timestamp" >= ? AND "timestamp" < ?
                  AND (retrieval_top_score IS NOT NULL OR retrieval_hits IS NOT NULL)
                GROUP BY retrieval_top_score, retrieval_hits
                """;
        RetrievalRecorder recorder = new RetrievalRecorder();
        try (PreparedStatement statement = statement(sql, window);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Float topScore = row.getObject(1, Float.class);
                Integer hits = row.getObject(2, Integer.class);
                recorder.add(
                        topScore == null ? null : topScore.doubleValue(),
                        hits == null ? null : hits.longValue(),
                        row.getLong(3));
            }
        }
        return recorder.snapshot();
    }

    private InteractionProfile flags(Window window) throws SQLException {
        String sql =
                """
                SELECT refusal_flag, toxicity_flag, count(*)
                FROM interaction_log
                WHERE "timestamp" >= ? AND "timestamp" < ?
                GROUP BY refusal_flag, toxicity_flag
                """;
        InteractionRecorder recorder = new InteractionRecorder();
        try (PreparedStatement statement = statement(sql, window);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                recorder.addInteractions(flag(row, 1), flag(row, 2), row.getLong(3));
            }
        }
        return recorder.snapshot();
    }

    private InteractionProfile feedback(Window window) throws SQLException {
        // As text, since a numeric may be NaN: the recorder counts that as rejected.
        String sql =
                """
                SELECT score::text, count(*)
                FROM feedback_scores
                WHERE interaction_time >= ? AND interaction_time < ? AND score IS NOT NULL
                GROUP BY score
                """;
        InteractionRecorder recorder = new InteractionRecorder();
        try (PreparedStatement statement = statement(sql, window);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                recorder.addFeedback(Double.parseDouble(row.getString(1)), row.getLong(2));
            }
        }
        return recorder.snapshot();
    }

    private PreparedStatement statement(String sql, Window window) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setObject(1, SqlTime.parameter(window.from()));
            statement.setObject(2, SqlTime.parameter(window.to()));
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static Activity activity(ResultSet row, int column) throws SQLException {
        return new Activity(SqlTime.read(row, column), SqlTime.read(row, column + 1), row.getLong(column + 2));
    }

    private static @Nullable Boolean flag(ResultSet row, int column) throws SQLException {
        boolean value = row.getBoolean(column);
        return row.wasNull() ? null : value;
    }
}
