package io.driftaware.runner.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.profile.EmbeddingProfile;
import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.core.profile.InteractionProfile;
import io.driftaware.core.profile.RetrievalProfile;
import io.driftaware.testdb.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeMap;

/**
 * What the logs hold, counted by SQL over raw rows, and what the profiles hold, decoded; line by line, a line a stream,
 * space, segment and bucket. The two know nothing of each other.
 */
final class Ledger {
    private final TestDatabase db;

    Ledger(TestDatabase db) {
        this.db = db;
    }

    /** Every row of the logs is in its profiles once. */
    void assertBalanced() {
        try (Connection connection = db.dataSource().getConnection()) {
            assertThat(profiles(connection)).containsExactlyEntriesOf(logs(connection));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String BUCKET = "floor(extract(epoch FROM %s) / 900)::bigint * 900";

    private static TreeMap<String, String> logs(Connection connection) throws SQLException {
        TreeMap<String, String> lines = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            ResultSet row = statement.executeQuery(
                    """
                    WITH rows AS (
                        SELECT *, CASE type WHEN 'doc' THEN 'document' ELSE type END || '_embeddings' AS stream,
                               coalesce(nullif(segment, ''), tenant, '') AS part,
                               embedding_dim || coalesce('/' || embedding_model, '') AS space, %s AS bucket,
                               (embedding::real[])[1]::numeric AS first
                        FROM embeddings_log),
                    parts AS (SELECT *, '' AS p FROM rows UNION ALL SELECT *, part FROM rows WHERE part <> '')
                    SELECT concat_ws(' ', stream, space, '[' || p || ']', bucket),
                           concat(count(*), ' sum ', coalesce(sum(first) FILTER (WHERE first <> 'NaN'), 0)::bigint)
                    FROM parts GROUP BY stream, space, p, bucket
                    """
                            .formatted(BUCKET.formatted("\"timestamp\"")));
            while (row.next()) {
                lines.put(row.getString(1), row.getString(2));
            }
            row = statement.executeQuery(
                    """
                    WITH rows AS (
                        SELECT *, coalesce(nullif(segment, ''), tenant, '') AS part, %s AS bucket FROM interaction_log),
                    parts AS (SELECT *, '' AS p FROM rows UNION ALL SELECT *, part FROM rows WHERE part <> '')
                    SELECT concat_ws(' ', 'interactions', '[' || p || ']', bucket),
                           concat_ws(' ', count(*) FILTER (WHERE refusal_flag), count(*) FILTER (WHERE NOT refusal_flag),
                                     count(*) FILTER (WHERE refusal_flag IS NULL),
                                     count(*) FILTER (WHERE toxicity_flag), count(*) FILTER (WHERE NOT toxicity_flag),
                                     count(*) FILTER (WHERE toxicity_flag IS NULL))
                    FROM parts GROUP BY p, bucket
                    """
                            .formatted(BUCKET.formatted("\"timestamp\"")));
            while (row.next()) {
                lines.put(row.getString(1), row.getString(2));
            }
            row = statement.executeQuery(
                    """
                    WITH rows AS (SELECT *, %s AS bucket FROM feedback_scores),
                    parts AS (SELECT *, '' AS p FROM rows UNION ALL SELECT *, segment FROM rows WHERE segment <> '')
                    SELECT concat_ws(' ', 'feedback', '[' || p || ']', bucket),
                           concat_ws(' ', count(*) FILTER (WHERE score <> 'NaN'),
                                     coalesce(sum(score) FILTER (WHERE score <> 'NaN'), 0)::numeric(12, 6),
                                     count(*) FILTER (WHERE score <> 'NaN' AND score NOT BETWEEN 0 AND 1),
                                     count(*) FILTER (WHERE score = 'NaN'))
                    FROM parts GROUP BY p, bucket
                    """
                            .formatted(BUCKET.formatted("interaction_time")));
            while (row.next()) {
                lines.put(row.getString(1), row.getString(2));
            }
            row = statement.executeQuery(
                    """
                    WITH rows AS (
                        SELECT *, coalesce(nullif(segment, ''), tenant, '') AS part, %s AS bucket,
                               CASE WHEN retrieval_hits = 0 THEN 'nothing'
                                    WHEN retrieval_top_score BETWEEN 0 AND 1 THEN 'score'
                                    WHEN retrieval_hits > 0 THEN 'hit'
                                    ELSE 'unknown' END AS found
                        FROM interaction_log
                        WHERE retrieval_top_score IS NOT NULL OR retrieval_hits IS NOT NULL),
                    parts AS (SELECT *, '' AS p FROM rows UNION ALL SELECT *, part FROM rows WHERE part <> '')
                    SELECT concat_ws(' ', 'coverage', '[' || p || ']', bucket),
                           concat_ws(' ', count(*) FILTER (WHERE found = 'nothing'),
                                     count(*) FILTER (WHERE found = 'score'),
                                     coalesce(sum((retrieval_top_score * 100)::int) FILTER (WHERE found = 'score'), 0),
                                     count(*) FILTER (WHERE found <> 'unknown'),
                                     count(*) FILTER (WHERE retrieval_hits < 0
                                                         OR (found <> 'nothing' AND NOT retrieval_top_score BETWEEN 0 AND 1)))
                    FROM parts GROUP BY p, bucket
                    """
                            .formatted(BUCKET.formatted("\"timestamp\"")));
            while (row.next()) {
                lines.put(row.getString(1), row.getString(2));
            }
        }
        return lines;
    }

    private static TreeMap<String, String> profiles(Connection connection) throws SQLException {
        TreeMap<String, String> lines = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        """
                        SELECT stream, embedding_model, segment, extract(epoch FROM bucket_start)::bigint, body, row_count
                        FROM drift_profiles
                        """)) {
            while (row.next()) {
                String place = "[" + row.getString(3) + "] " + row.getLong(4);
                if (row.getString(1).equals("interactions")) {
                    InteractionProfile profile = InteractionProfile.fromBytes(row.getBytes(5));
                    assertThat(row.getLong(6)).isEqualTo(profile.interactions());
                    if (profile.interactions() > 0) {
                        lines.put("interactions " + place, flags(profile.refusals()) + " " + flags(profile.toxicity()));
                    }
                    FeedbackCounts feedback = profile.feedback();
                    if (feedback.count() + feedback.rejected() > 0) {
                        lines.put(
                                "feedback " + place,
                                feedback.count() + " " + feedback.sum() + " " + feedback.outOfRange() + " "
                                        + feedback.rejected());
                    }
                } else if (row.getString(1).equals("coverage")) {
                    RetrievalProfile profile = RetrievalProfile.fromBytes(row.getBytes(5));
                    long hundredths = Math.round(100 * profile.meanScore().orElse(0) * profile.scored());
                    lines.put(
                            "coverage " + place,
                            profile.withoutHit() + " " + profile.scored() + " " + hundredths + " " + profile.known()
                                    + " " + profile.unusable());
                } else {
                    EmbeddingProfile profile = EmbeddingProfile.fromBytes(row.getBytes(5));
                    assertThat(row.getLong(6)).isEqualTo(profile.count() + profile.rejected());
                    long first = profile.count() == 0 ? 0 : Math.round(profile.centroid()[0] * profile.count());
                    lines.put(
                            row.getString(1) + " " + row.getString(2) + " " + place, row.getLong(6) + " sum " + first);
                }
            }
        }
        return lines;
    }

    private static String flags(FlagCounts counts) {
        return counts.flagged() + " " + counts.unflagged() + " " + counts.unknown();
    }
}
