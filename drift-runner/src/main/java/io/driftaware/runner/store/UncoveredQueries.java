package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Real queries that no document was near, for explanations. */
public final class UncoveredQueries {
    private static final int EXAMPLES = 5;
    /** Of so many of the latest the worst are shown: however large the window, the index is read backwards and no further. */
    private static final int LATEST = 200;

    private UncoveredQueries() {}

    /**
     * The beginnings of a few different ones, the worst covered first; the row's event id where no text is stored.
     *
     * @param edge in hundredths; at 0 only those without a hit
     */
    public static List<String> latest(Connection connection, Window window, int edge) throws SQLException {
        String sql =
                """
                SELECT query
                FROM (SELECT query, min(score) AS score, max(id) AS id
                      FROM (SELECT COALESCE(NULLIF(btrim(left(user_query, ?)), ''), event_id::text) AS query, id,
                                   CASE WHEN retrieval_hits = 0 THEN -1 ELSE retrieval_top_score END AS score
                            FROM interaction_log
                            WHERE "timestamp" >= ? AND "timestamp" < ?
                              AND (retrieval_hits = 0 OR (retrieval_top_score >= 0 AND retrieval_top_score < ?))
                            ORDER BY "timestamp" DESC
                            LIMIT ?) latest
                      GROUP BY query) queries
                ORDER BY score, id DESC
                LIMIT ?
                """;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, RowTexts.MOST_CHARACTERS);
            statement.setObject(2, SqlTime.parameter(window.from()));
            statement.setObject(3, SqlTime.parameter(window.to()));
            // A score counts in the hundredth that it is nearest to.
            statement.setDouble(4, edge / 100.0 - 0.005);
            statement.setInt(5, LATEST);
            statement.setInt(6, EXAMPLES);
            List<String> queries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    queries.add(row.getString(1));
                }
            }
            return queries;
        }
    }
}
