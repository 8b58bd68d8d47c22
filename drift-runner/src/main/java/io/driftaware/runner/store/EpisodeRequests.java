package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How episodes ask for actions: a row of the outbox each, also for what is held back. */
public final class EpisodeRequests {
    private static final Duration WEEK = Duration.ofDays(7);

    private EpisodeRequests() {}

    /**
     * What is asked for.
     *
     * @param action its name
     * @param kind {@code reindex}, {@code retrain} or {@code notify}
     * @param payload JSON object
     * @param episodes that want it
     * @param inVain whether the last one of its kind did not end the drift of one of their streams
     */
    public record Wanted(
            String action, String kind, String reason, String payload, List<Long> episodes, boolean inVain) {
        /** Copies the list. */
        public Wanted {
            episodes = List.copyOf(episodes);
        }
    }

    /**
     * What holds a request back.
     *
     * @param approval whether the row waits for the operator
     * @param holdInVain whether it waits if the last one of its kind was in vain
     * @param coolDown where every stream has asked for the same within so long, the row is kept as SUPPRESSED and never runs
     * @param weeklyCap so does a row of an action that was asked for so often within seven days; 0 for any number
     * @param dryRun whether the row is kept as SUPPRESSED where nothing else holds it back
     */
    public record Limits(boolean approval, boolean holdInVain, Duration coolDown, int weeklyCap, boolean dryRun) {}

    /**
     * Which of {@code episodes} belong to a stream and segment whose drift the last such action that is known to have helped or not
     * did not end.
     */
    public static Set<Long> inVain(Connection connection, String action, String kind, List<Long> episodes)
            throws SQLException {
        Set<Long> inVain = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT e.id
                FROM drift_episodes e
                WHERE e.id = ANY (?)
                  AND (SELECT ae.outcome
                       FROM drift_actions a
                       JOIN drift_action_episodes ae ON ae.action_id = a.id
                       JOIN drift_episodes earlier ON earlier.id = ae.episode_id
                       WHERE a.action = ? AND a.kind = ? AND ae.outcome IN ('VERIFIED', 'INEFFECTIVE')
                         AND earlier.stream = e.stream AND earlier.segment = e.segment
                       ORDER BY a.id DESC LIMIT 1) = 'INEFFECTIVE'
                """)) {
            statement.setArray(1, connection.createArrayOf("bigint", episodes.toArray()));
            statement.setString(2, action);
            statement.setString(3, kind);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    inVain.add(row.getLong(1));
                }
            }
        }
        return inVain;
    }

    /**
     * Asks for an action, in the transaction of the episodes that want it. What would have run but for a dry run counts for cool-down
     * and cap, and so does what was rejected after it had begun.
     *
     * @return whether only the dry run keeps it from running
     */
    public static boolean ask(Connection connection, Wanted wanted, Limits limits, Instant at) throws SQLException {
        long id;
        String suppression;
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH counted AS (
                    SELECT a.id, a.kind, a.created_at
                    FROM drift_actions a
                    WHERE a.action = ? AND (a.state <> 'SUPPRESSED' OR a.suppression_reason = 'dry run' OR a.claims > 0)
                ), before AS (
                    SELECT c.created_at, e.stream, e.segment
                    FROM counted c
                    JOIN drift_action_episodes ae ON ae.action_id = c.id
                    JOIN drift_episodes e ON e.id = ae.episode_id
                    WHERE c.kind = ?
                ), held AS (
                    SELECT bool_and(EXISTS (SELECT FROM before b
                                            WHERE b.stream = e.stream AND b.segment = e.segment AND b.created_at > ?)) AS too_soon,
                           (SELECT count(*) FROM counted WHERE created_at > ?) >= ? AS capped
                    FROM drift_episodes e
                    WHERE e.id = ANY (?)
                )
                INSERT INTO drift_actions
                    (action, kind, state, suppression_reason, progress, reason, payload, created_at, updated_at)
                SELECT ?, ?, CASE WHEN too_soon OR capped OR ? THEN 'SUPPRESSED'
                                  WHEN ? THEN 'AWAITING_APPROVAL' ELSE 'APPROVED' END,
                       CASE WHEN too_soon THEN 'cool-down' WHEN capped THEN 'weekly cap'
                            WHEN ? THEN 'dry run' END,
                       CASE WHEN ? THEN 'the last one did not end the drift' END, ?, ?::jsonb, ?, ?
                FROM held
                RETURNING id, COALESCE(suppression_reason, '')
                """)) {
            statement.setString(1, wanted.action());
            statement.setString(2, wanted.kind());
            statement.setObject(3, SqlTime.parameter(at.minus(limits.coolDown())));
            statement.setObject(4, SqlTime.parameter(at.minus(WEEK)));
            statement.setInt(5, limits.weeklyCap() == 0 ? Integer.MAX_VALUE : limits.weeklyCap());
            statement.setArray(
                    6, connection.createArrayOf("bigint", wanted.episodes().toArray()));
            statement.setString(7, wanted.action());
            statement.setString(8, wanted.kind());
            statement.setBoolean(9, limits.dryRun());
            statement.setBoolean(10, limits.approval() || (limits.holdInVain() && wanted.inVain()));
            statement.setBoolean(11, limits.dryRun());
            statement.setBoolean(12, wanted.inVain());
            statement.setString(13, wanted.reason());
            statement.setString(14, wanted.payload());
            statement.setObject(15, SqlTime.parameter(at));
            statement.setObject(16, SqlTime.parameter(at));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                id = row.getLong(1);
                suppression = row.getString(2);
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO drift_action_episodes (action_id, episode_id) SELECT ?, unnest(?)")) {
            statement.setLong(1, id);
            statement.setArray(
                    2, connection.createArrayOf("bigint", wanted.episodes().toArray()));
            statement.executeUpdate();
        }
        if (!suppression.isEmpty()) {
            Suppression.note(connection, id);
        }
        return suppression.equals(Suppression.DRY_RUN);
    }
}
