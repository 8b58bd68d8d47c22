package io.driftaware.runner.view;

import io.driftaware.runner.CheckReport.StreamReport;
import io.driftaware.runner.store.RowTexts;
import io.driftaware.runner.store.WatchedStream;
import io.driftaware.runner.view.Coverage.Query;
import io.driftaware.runner.view.Overview.Headline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the queries that no document is near, by what the application's retrieval found. */
final class CoverageReader {
    static final int SCANNED = 20_000;

    private static final int LATEST = 200;
    private static final int SHOWN = 20;

    private final Connection connection;
    private final boolean texts;

    CoverageReader(Connection connection, boolean texts) {
        this.connection = connection;
        this.texts = texts;
    }

    /** @param report of the stream by the last check, null before the first */
    Coverage read(@Nullable StreamReport report, Instant since) throws SQLException {
        Headline headline = report == null ? null : new StreamFigures(report).headline();
        int edge = SeriesReader.edge(connection, WatchedStream.COVERAGE, report == null ? null : report.baseline());
        // Without a row in the window the index would be read for nothing, to its end.
        boolean logged = report != null && report.recentSamples() > 0;
        List<Query> queries = logged ? queries(since, edge) : List.of();
        return new Coverage(
                edge / 100.0,
                headline == null ? null : headline.value(),
                headline == null ? null : headline.before(),
                queries,
                note(logged, queries));
    }

    private static String note(boolean logged, List<Query> queries) {
        if (!logged) {
            return "no row of the recent window has a retrieval_top_score or retrieval_hits: where the application logs one of"
                    + " them, the monitor tells which queries no document is near";
        }
        return queries.isEmpty()
                ? String.format(Locale.ROOT, "there is none among the latest %,d rows of the last seven days", SCANNED)
                : "";
    }

    private List<Query> queries(Instant since, int edge) throws SQLException {
        List<Query> queries = new ArrayList<>();
        String sql =
                """
                SELECT query, count(*), NULLIF(min(score), -1), max("timestamp")
                FROM (SELECT COALESCE(NULLIF(btrim(left(user_query, ?)), ''), '') AS query, "timestamp",
                             CASE WHEN retrieval_hits = 0 THEN -1 ELSE retrieval_top_score END AS score
                      FROM (SELECT *
                            FROM interaction_log
                            WHERE "timestamp" >= ?
                            ORDER BY "timestamp" DESC
                            LIMIT ?) scanned
                      WHERE (retrieval_hits = 0 OR (retrieval_top_score >= 0 AND retrieval_top_score < ?))
                      ORDER BY "timestamp" DESC
                      LIMIT ?) latest
                GROUP BY query
                ORDER BY min(score), max("timestamp") DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, RowTexts.MOST_CHARACTERS);
            statement.setObject(2, SqlTimes.parameter(since));
            // No index holds the condition: where hardly a query is uncovered, the scan must end all the same.
            statement.setInt(3, SCANNED);
            // A score counts in the hundredth that it is nearest to.
            statement.setDouble(4, edge / 100.0 - 0.005);
            statement.setInt(5, LATEST);
            statement.setInt(6, SHOWN);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String text = row.getString(1);
                    double score = row.getDouble(3);
                    Double found = row.wasNull() ? null : score;
                    queries.add(new Query(
                            texts && !text.isEmpty() ? text : null, row.getLong(2), found, SqlTimes.required(row, 4)));
                }
            }
        }
        return queries;
    }
}
