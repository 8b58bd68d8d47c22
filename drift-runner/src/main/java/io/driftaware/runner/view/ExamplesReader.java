package io.driftaware.runner.view;

import io.driftaware.runner.store.RowTexts;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Examples.Query;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads the queries behind a rate or a mean, as they were stored. */
final class ExamplesReader {
    private static final int LATEST = 200;
    private static final int SHOWN = 20;

    private final Connection connection;
    private final boolean texts;

    ExamplesReader(Connection connection, boolean texts) {
        this.connection = connection;
        this.texts = texts;
    }

    Examples read(WatchedStream stream, Instant since, Instant until) throws SQLException {
        String rows =
                switch (stream) {
                    case REFUSALS -> flagged("refusal_flag");
                    case TOXICITY -> flagged("toxicity_flag");
                    case FEEDBACK -> scored();
                    default -> "";
                };
        if (rows.isEmpty()) {
            return new Examples(stream.label(), "", List.of(), "this stream has no examples of its own");
        }
        List<Query> queries = queries(rows, since, until);
        String label =
                switch (stream) {
                    case REFUSALS -> "the latest 200 queries that were refused, the most frequent first";
                    case TOXICITY -> "the latest 200 queries that got a toxic answer, the most frequent first";
                    default -> "the latest 200 queries with a score of 0.5 or less, the lowest first";
                };
        return new Examples(
                stream.label(), label, queries, queries.isEmpty() ? "there was none in the last seven days" : "");
    }

    /** The index on time and flags is read backwards, no further than to the 200th. */
    private static String flagged(String flag) {
        return """
               SELECT id, "timestamp", user_query, model_response, NULL::numeric AS score
               FROM interaction_log
               WHERE "timestamp" >= ? AND "timestamp" < ? AND %s
               ORDER BY "timestamp" DESC
               LIMIT ?
               """
                .formatted(flag);
    }

    /** What counts is the latest rating of a source. The latest {@value CoverageReader#SCANNED} are looked at. */
    private static String scored() {
        return """
               SELECT i.id, i."timestamp", i.user_query, i.model_response, low.score
               FROM (SELECT interaction_id, score
                     FROM (SELECT id, interaction_id, source, score, "timestamp"
                           FROM feedback_log
                           WHERE "timestamp" >= ? AND "timestamp" < ?
                           ORDER BY "timestamp" DESC
                           LIMIT 20000) rating
                     WHERE score <= 0.5
                       AND NOT EXISTS (SELECT FROM feedback_log later
                                       WHERE later.interaction_id = rating.interaction_id AND later.source = rating.source
                                         AND (later."timestamp", later.id) > (rating."timestamp", rating.id))
                     ORDER BY "timestamp" DESC
                     LIMIT ?) low
               JOIN LATERAL (SELECT * FROM interaction_log l WHERE l.interaction_id = low.interaction_id LIMIT 1) i ON true
               UNION ALL
               SELECT own.*
               FROM (SELECT id, "timestamp", user_query, model_response, user_feedback_score
                     FROM interaction_log
                     WHERE "timestamp" >= ? AND "timestamp" < ? AND user_feedback_score <= 0.5
                     ORDER BY "timestamp" DESC
                     LIMIT ?) own
               """;
    }

    private List<Query> queries(String rows, Instant since, Instant until) throws SQLException {
        List<Query> queries = new ArrayList<>();
        String sql =
                """
                SELECT query, (array_agg(left(model_response, ?) ORDER BY "timestamp" DESC))[1], count(*), min(score),
                       max("timestamp")
                FROM (SELECT DISTINCT ON (id) COALESCE(btrim(left(user_query, ?)), '') AS query, model_response, score,
                             "timestamp"
                      FROM (%s) latest
                      ORDER BY id, score) one
                GROUP BY query
                ORDER BY min(score) NULLS LAST, count(*) DESC, max("timestamp") DESC
                LIMIT ?
                """
                        .formatted(rows);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int place = 1;
            statement.setInt(place++, RowTexts.MOST_CHARACTERS);
            statement.setInt(place++, RowTexts.MOST_CHARACTERS);
            for (long parts = rows.chars().filter(one -> one == '?').count() / 3; parts > 0; parts--) {
                statement.setObject(place++, SqlTimes.parameter(since));
                statement.setObject(place++, SqlTimes.parameter(until));
                statement.setInt(place++, LATEST);
            }
            statement.setInt(place, SHOWN);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    queries.add(query(row));
                }
            }
        }
        return queries;
    }

    private Query query(ResultSet row) throws SQLException {
        String text = row.getString(1);
        String answer = row.getString(2);
        double score = row.getDouble(4);
        Double least = row.wasNull() ? null : score;
        return new Query(
                texts && !text.isEmpty() ? text : null,
                texts && answer != null && !answer.isBlank() ? answer : null,
                row.getLong(3),
                least,
                SqlTimes.required(row, 5));
    }
}
