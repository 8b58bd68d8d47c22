package io.driftaware.runner.store;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether actions that succeeded ended the drift that they were made for: an outcome for each episode of an action, kept with the
 * link of the two.
 *
 * <p>An action's own outcome is the worst of its episodes': INEFFECTIVE as soon as one is; else, once all are known, UNCLEAR if
 * one is, and VERIFIED only if all are. So it never says of an action what is not known of each drift that it was made for.
 */
public final class ActionOutcomes {
    /** The episode recovered after the action. */
    public static final String VERIFIED = "VERIFIED";

    /** The episode lasts beyond the time that it may take. */
    public static final String INEFFECTIVE = "INEFFECTIVE";

    private ActionOutcomes() {}

    /** An action and the kind of request by which it is meant to end a drift. */
    public record Remedy(String action, String kind) {}

    /**
     * What an action did for one of its episodes, known now.
     *
     * @param id of the action
     * @param stream of the episode
     * @param outcome {@link #VERIFIED}, {@link #INEFFECTIVE}, or UNCLEAR where the episode ended before the action did, with
     *     another embedding model, or because a baseline was accepted
     */
    public record Looked(
            long id, String action, String kind, String reason, long episode, String stream, String outcome) {
        /** Whether the drift lasts. */
        public boolean ineffective() {
            return outcome.equals(INEFFECTIVE);
        }
    }

    /**
     * Writes down what is known at {@code at}, of episodes and of their actions; for each episode that an action was ineffective
     * for, an event too.
     *
     * @param patience so long after an action a drift may last
     * @param remedies what is meant to end a drift
     * @param compared streams that this check could judge: of another one nobody knows whether its drift lasts
     */
    public static List<Looked> look(
            Connection connection, Instant at, Duration patience, List<Remedy> remedies, List<String> compared)
            throws SQLException {
        List<Looked> looked = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT a.id, a.action, a.kind, COALESCE(a.reason, ''), e.id, e.stream,
                       CASE WHEN e.closed_at IS NULL THEN 'INEFFECTIVE'
                            WHEN e.closed_at > a.finished_at AND e.details ->> 'closed_because' = 'recovered' THEN 'VERIFIED'
                            ELSE 'UNCLEAR' END
                FROM drift_actions a
                JOIN drift_action_episodes ae ON ae.action_id = a.id
                JOIN drift_episodes e ON e.id = ae.episode_id
                WHERE a.state = 'SUCCEEDED' AND ae.outcome IS NULL AND a.finished_at IS NOT NULL
                  AND (a.action, a.kind) IN (SELECT * FROM unnest(?, ?))
                  AND (e.closed_at IS NOT NULL OR (e.stream = ANY (?) AND a.finished_at <= ?))
                ORDER BY a.id, e.id
                """)) {
            statement.setArray(1, texts(connection, remedies.stream().map(Remedy::action)));
            statement.setArray(2, texts(connection, remedies.stream().map(Remedy::kind)));
            statement.setArray(3, texts(connection, compared.stream()));
            statement.setObject(4, SqlTime.parameter(at.minus(patience)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    looked.add(new Looked(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getLong(5),
                            row.getString(6),
                            row.getString(7)));
                }
            }
        }
        for (Looked one : looked) {
            write(connection, at, one);
        }
        if (!looked.isEmpty()) {
            ofActions(connection, at, looked.stream().map(Looked::id).distinct().toList());
        }
        return looked;
    }

    private static Array texts(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static void write(Connection connection, Instant at, Looked one) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_action_episodes SET outcome = ?, outcome_at = ?
                WHERE action_id = ? AND episode_id = ? AND outcome IS NULL
                """)) {
            statement.setString(1, one.outcome());
            statement.setObject(2, SqlTime.parameter(at));
            statement.setLong(3, one.id());
            statement.setLong(4, one.episode());
            statement.executeUpdate();
        }
        if (!one.ineffective()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_events (timestamp, kind, severity, details, action_taken, episode_id)
                SELECT ?, 'action_ineffective', 'medium',
                       jsonb_build_object('action_id', id, 'action', action, 'kind', kind, 'reason', reason, 'stream', ?::text),
                       action, ?
                FROM drift_actions
                WHERE id = ?
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setString(2, one.stream());
            statement.setLong(3, one.episode());
            statement.setLong(4, one.id());
            statement.executeUpdate();
        }
    }

    private static void ofActions(Connection connection, Instant at, List<Long> actions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_actions a
                SET outcome = worst.outcome, outcome_at = ?
                FROM (SELECT action_id, CASE WHEN bool_or(outcome = 'INEFFECTIVE') THEN 'INEFFECTIVE'
                                             WHEN bool_or(outcome IS NULL) THEN NULL
                                             WHEN bool_or(outcome = 'UNCLEAR') THEN 'UNCLEAR'
                                             ELSE 'VERIFIED' END AS outcome
                      FROM drift_action_episodes
                      WHERE action_id = ANY (?)
                      GROUP BY action_id) worst
                WHERE a.id = worst.action_id AND worst.outcome IS NOT NULL AND a.outcome IS DISTINCT FROM worst.outcome
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setArray(2, connection.createArrayOf("bigint", actions.toArray()));
            statement.executeUpdate();
        }
    }
}
