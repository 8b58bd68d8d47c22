package io.driftaware.runner.view;

import io.driftaware.runner.store.WatchedStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * When each stream had its newest row, to the microsecond, whether or not a check has read it. No more than the latest {@value #SCANNED}
 * rows of each log are looked at: a stream that has none among them is absent.
 */
final class NewestRows {
    static final int SCANNED = 1_000;

    /** Until when, and how many. */
    static final String EMBEDDINGS =
            """
            SELECT max("timestamp") FILTER (WHERE type = 'query'), max("timestamp") FILTER (WHERE type = 'doc'),
                   max("timestamp") FILTER (WHERE type = 'response')
            FROM (SELECT type, "timestamp"
                  FROM embeddings_log
                  WHERE "timestamp" <= ?
                  ORDER BY "timestamp" DESC
                  LIMIT ?) latest
            """;

    /** The same. Feedback is of the time of what was rated. */
    static final String INTERACTIONS =
            """
            WITH latest AS MATERIALIZED (
                SELECT "timestamp", interaction_id, refusal_flag, toxicity_flag, user_feedback_score,
                       retrieval_top_score, retrieval_hits
                FROM interaction_log
                WHERE "timestamp" <= ?
                ORDER BY "timestamp" DESC
                LIMIT ?)
            SELECT max("timestamp") FILTER (WHERE refusal_flag IS NOT NULL),
                   max("timestamp") FILTER (WHERE toxicity_flag IS NOT NULL),
                   -- Stops at the first, and looks into no partition of feedback from before.
                   (SELECT rated."timestamp"
                    FROM (SELECT * FROM latest ORDER BY "timestamp" DESC OFFSET 0) rated
                    WHERE user_feedback_score IS NOT NULL
                       OR EXISTS (SELECT FROM feedback_log f
                                  WHERE f.interaction_id = rated.interaction_id
                                    AND f."timestamp" >= (SELECT min("timestamp") - interval '1 day' FROM latest))
                    LIMIT 1),
                   max("timestamp") FILTER (WHERE retrieval_top_score IS NOT NULL OR retrieval_hits IS NOT NULL)
            FROM latest
            """;

    private NewestRows() {}

    /** The limits that it sets last as long as the transaction: nothing may depend on reading after it. */
    static Map<WatchedStream, Instant> read(Connection connection, Instant now) throws SQLException {
        Map<WatchedStream, Instant> newest = new EnumMap<>(WatchedStream.class);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = '1s'; SET LOCAL lock_timeout = '100ms'");
        }
        embeddings(connection, now, newest);
        interactions(connection, now, newest);
        return newest;
    }

    private static void embeddings(Connection connection, Instant now, Map<WatchedStream, Instant> newest)
            throws SQLException {
        put(
                connection,
                EMBEDDINGS,
                now,
                newest,
                WatchedStream.QUERY_EMBEDDINGS,
                WatchedStream.DOCUMENT_EMBEDDINGS,
                WatchedStream.RESPONSE_EMBEDDINGS);
    }

    private static void interactions(Connection connection, Instant now, Map<WatchedStream, Instant> newest)
            throws SQLException {
        put(
                connection,
                INTERACTIONS,
                now,
                newest,
                WatchedStream.REFUSALS,
                WatchedStream.TOXICITY,
                WatchedStream.FEEDBACK,
                WatchedStream.COVERAGE);
    }

    /** @param columns which stream each column is of */
    private static void put(
            Connection connection,
            String sql,
            Instant now,
            Map<WatchedStream, Instant> newest,
            WatchedStream... columns)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, SqlTimes.parameter(now));
            statement.setInt(2, SCANNED);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                for (int i = 0; i < columns.length; i++) {
                    Instant at = SqlTimes.read(row, i + 1);
                    if (at != null) {
                        newest.put(columns[i], at);
                    }
                }
            }
        }
    }
}
