package io.driftaware.runner.store;

import io.driftaware.core.profile.InteractionProfile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Brings the feedback in the profiles up to date. A score may come before its interaction, after it, twice, or be changed
 * in place, so what counts is not the row but the difference: of every interaction that something new is known of, the
 * scores that count now ({@code feedback_scores}) are held against those that were counted ({@code drift_feedback_state}),
 * and what differs is taken out and put in. Doing so twice changes nothing. Of a day that was rolled up, out of and into the
 * profile of the day.
 */
final class FeedbackLane implements Lane {
    /** Each row can be a bucket of its own, twice, before and after. */
    private static final int MOST_ROWS = 10_000;

    private final int rowsAPass;

    FeedbackLane(int rowsAPass) {
        this.rowsAPass = Math.min(rowsAPass, MOST_ROWS);
    }

    @Override
    public Set<WatchedStream> streams() {
        return EnumSet.of(WatchedStream.FEEDBACK);
    }

    @Override
    public Set<Checkpoints.Reader> readers() {
        return EnumSet.of(Checkpoints.Reader.FEEDBACK, Checkpoints.Reader.FEEDBACK_OF_INTERACTIONS);
    }

    @Override
    public boolean hasMore(Connection connection) throws SQLException {
        return journal(connection) > 0;
    }

    @Override
    public Passed pass(Connection connection, Checkpoints checkpoints, long horizon, TallyCounter tally)
            throws SQLException {
        Stretch interactions = interactions(connection, checkpoints, horizon);
        Stretch feedback = Stretch.next(connection, checkpoints, Checkpoints.Reader.FEEDBACK, horizon, rowsAPass);
        long journal = journal(connection);
        if (interactions.rows() + feedback.rows() + journal == 0) {
            return new Passed(0, false);
        }
        Map<Cell, FeedbackDifference> differences = new LinkedHashMap<>();
        Segments segments = new Segments(connection, InteractionLane.OWNER);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(differences(interactions, feedback))) {
            while (row.next()) {
                long bucket = row.getLong(1);
                String segment = segments.of(row.getString(2));
                double score = Double.parseDouble(row.getString(3));
                int sign = row.getInt(4);
                long times = row.getLong(6);
                boolean first = row.getBoolean(5);
                if (sign > 0 && first) {
                    tally.score(bucket, score, row.getLong(7));
                }
                Cell whole = new Cell(InteractionLane.OWNER, "", "", bucket);
                difference(differences, whole).add(score, sign * times, first);
                if (!segment.isEmpty()) {
                    difference(differences, whole.part(segment)).add(score, sign * times, first);
                }
            }
        }
        write(connection, differences);
        segments.save();
        if (interactions.rows() > 0) {
            checkpoints.move(Checkpoints.Reader.FEEDBACK_OF_INTERACTIONS, interactions.to(), null);
        }
        if (feedback.rows() > 0) {
            checkpoints.move(Checkpoints.Reader.FEEDBACK, feedback.to(), null);
        }
        boolean more = interactions.more() || feedback.more() || journal > rowsAPass;
        return new Passed(interactions.rows() + feedback.rows() + Math.min(journal, rowsAPass), more);
    }

    /**
     * What the other reader of the log has just taken, if it found no score there and there is no feedback that could be of it:
     * nothing is to be looked for then.
     */
    private Stretch interactions(Connection connection, Checkpoints checkpoints, long horizon) throws SQLException {
        Checkpoints.Move taken = checkpoints.lastMove(Checkpoints.Reader.INTERACTIONS);
        return taken != null
                        && taken.from().equals(checkpoints.cursor(Checkpoints.Reader.FEEDBACK_OF_INTERACTIONS))
                        && !taken.scored()
                        && !isThereFeedback(connection)
                ? new Stretch(taken.from(), taken.to(), taken.rows(), taken.more(), false)
                : Stretch.next(
                        connection, checkpoints, Checkpoints.Reader.FEEDBACK_OF_INTERACTIONS, horizon, rowsAPass);
    }

    private static boolean isThereFeedback(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM feedback_log)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static FeedbackDifference difference(Map<Cell, FeedbackDifference> differences, Cell cell) {
        return differences.computeIfAbsent(cell, FeedbackDifference::new);
    }

    /** Scores of a day that was rolled up are in the profile of the day, and so is what becomes of them. */
    private static void write(Connection connection, Map<Cell, FeedbackDifference> differences) throws SQLException {
        Set<Cell> days = RollUp.days(connection, differences.keySet());
        Map<Cell, FeedbackDifference> ofQuarters = new LinkedHashMap<>();
        Map<Cell, FeedbackDifference> ofDays = new LinkedHashMap<>();
        differences.forEach((cell, difference) -> {
            Cell day = RollUp.dayOf(cell);
            if (days.contains(day)) {
                difference(ofDays, day).add(difference);
            } else {
                ofQuarters.put(cell, difference);
            }
        });
        ProfileTable.INTERACTIONS.change(connection, changes(ofQuarters));
        ProfileTable.DAYS_OF_INTERACTIONS.change(connection, changes(ofDays));
    }

    private static Map<Cell, ProfileTable.Change<InteractionProfile>> changes(
            Map<Cell, FeedbackDifference> differences) {
        Map<Cell, ProfileTable.Change<InteractionProfile>> changes = new LinkedHashMap<>();
        differences.forEach((cell, difference) -> changes.put(cell, difference::with));
        return changes;
    }

    /**
     * A stretch of a log.
     *
     * @param from behind this row
     * @param to up to this one
     * @param rows in between
     * @param more whether there may be more behind it
     * @param scores false if no score is of any of them
     */
    private record Stretch(LogCursor from, LogCursor to, long rows, boolean more, boolean scores) {
        static Stretch none(LogCursor at) {
            return new Stretch(at, at, 0, false, false);
        }

        static Stretch next(
                Connection connection, Checkpoints checkpoints, Checkpoints.Reader reader, long horizon, int most)
                throws SQLException {
            LogCursor from = checkpoints.cursor(reader);
            String sql =
                    """
                    SELECT xact_id::text::bigint, id, count(*) OVER ()
                    FROM (SELECT xact_id, id FROM %s WHERE %s ORDER BY xact_id, id LIMIT %d) next
                    ORDER BY xact_id DESC, id DESC
                    LIMIT 1
                    """
                            .formatted(reader.table(), from.following(horizon), most);
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                if (!row.next()) {
                    return none(from);
                }
                long rows = row.getLong(3);
                return new Stretch(from, new LogCursor(row.getLong(1), row.getLong(2)), rows, rows == most, true);
            }
        }

        /**
         * Its rows that may have scores. Between two places of one transaction PostgreSQL would search on to the transaction's end,
         * since it stops by {@code xact_id} alone; hence the number of rows.
         */
        String rows(String columns, String log) {
            return """
                    SELECT %1$s
                    FROM (SELECT %1$s, xact_id, id FROM %2$s WHERE %3$s ORDER BY xact_id, id LIMIT %4$d) next
                    WHERE %5$s"""
                    .formatted(columns, log, from.following(to.xactId() + 1), scores ? rows : 0, from.upTo(to));
        }
    }

    /** Entries of the journal, as far as it matters how many. */
    private long journal(Connection connection) throws SQLException {
        String sql = "SELECT count(*) FROM (SELECT FROM drift_feedback_changes LIMIT %d) entries";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.formatted(rowsAPass + 1))) {
            row.next();
            return row.getLong(1);
        }
    }

    /**
     * One statement, so that truth and state are of one snapshot: what differs, by bucket, and the state brought up to it.
     * A score counted before is taken out (-1), the one that counts now is put in (1). What an interaction left that is no
     * longer there stays.
     */
    private String differences(Stretch interactions, Stretch feedback) {
        return """
                WITH journal AS (
                    DELETE FROM drift_feedback_changes
                    WHERE id IN (SELECT id FROM drift_feedback_changes ORDER BY id LIMIT %d)
                    RETURNING interaction_id),
                touched AS MATERIALIZED (
                    SELECT interaction_id FROM (%s) i
                    WHERE user_feedback_score IS NOT NULL
                       OR EXISTS (SELECT FROM feedback_log f WHERE f.interaction_id = i.interaction_id)
                    UNION
                    SELECT interaction_id FROM (%s) f
                    UNION
                    SELECT interaction_id FROM journal),
                truth AS (
                    SELECT f.interaction_row, f.source, f.interaction_id, f.interaction_time, f.segment, f.score
                    FROM touched t
                    CROSS JOIN LATERAL (SELECT * FROM feedback_scores s WHERE s.interaction_id = t.interaction_id) f
                    WHERE isfinite(f.interaction_time)),
                counted AS (
                    SELECT s.*
                    FROM touched t
                    JOIN drift_feedback_state s ON s.interaction_id = t.interaction_id
                    WHERE EXISTS (SELECT FROM interaction_log i WHERE i.id = s.interaction_row)),
                changed AS MATERIALIZED (
                    SELECT COALESCE(n.interaction_row, o.interaction_row) AS interaction_row,
                           COALESCE(n.source, o.source) AS source,
                           COALESCE(n.interaction_id, o.interaction_id) AS interaction_id,
                           COALESCE(n.interaction_time, o.interaction_time) AS new_time,
                           COALESCE(n.segment, o.segment) AS new_segment,
                           n.score AS new_score,
                           o.interaction_time AS old_time, o.segment AS old_segment, o.score AS old_score,
                           o.interaction_row IS NULL AS first
                    FROM truth n
                    FULL JOIN counted o ON o.interaction_row = n.interaction_row AND o.source = n.source
                    WHERE (n.score, n.interaction_time, n.segment)
                          IS DISTINCT FROM (o.score, o.interaction_time, o.segment)),
                kept AS (
                    INSERT INTO drift_feedback_state
                        (interaction_row, source, interaction_id, interaction_time, segment, score)
                    SELECT interaction_row, source, interaction_id, new_time, new_segment, new_score FROM changed
                    ON CONFLICT (interaction_row, source) DO UPDATE
                    SET interaction_time = EXCLUDED.interaction_time, segment = EXCLUDED.segment, score = EXCLUDED.score)
                SELECT floor(EXTRACT(EPOCH FROM time) / 900)::bigint * 900, segment, score::text, sign, first, count(*),
                       count(*) FILTER (WHERE place = 1)
                FROM (SELECT old_time AS time, old_segment AS segment, old_score AS score, -1 AS sign, false AS first,
                             1 AS place
                      FROM changed
                      WHERE old_score IS NOT NULL
                      UNION ALL
                      SELECT new_time, new_segment, new_score, 1, first,
                             row_number() OVER (
                                 PARTITION BY first, source, conversation,
                                              CASE WHEN conversation IS NULL THEN interaction_row END
                                 ORDER BY hashint8extended(interaction_row, 0), interaction_row)
                      FROM changed
                      LEFT JOIN (SELECT id, COALESCE(NULLIF(conversation_id, ''), NULLIF(session_id, '')) AS conversation
                                 FROM interaction_log) i ON i.id = interaction_row
                      WHERE new_score IS NOT NULL) differences
                GROUP BY 1, 2, 3, 4, 5
                """
                .formatted(
                        rowsAPass,
                        interactions.rows("interaction_id, user_feedback_score", "interaction_log"),
                        feedback.rows("interaction_id", "feedback_log"));
    }
}
