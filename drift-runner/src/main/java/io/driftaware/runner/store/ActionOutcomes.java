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

/** Whether actions that succeeded ended the drift that they were made for. */
public final class ActionOutcomes {
    /** Every episode closed after it, recovered. */
    public static final String VERIFIED = "VERIFIED";

    /** An episode lasts beyond the time that it may take. */
    public static final String INEFFECTIVE = "INEFFECTIVE";

    private ActionOutcomes() {}

    /** An action and the kind of request by which it is meant to end a drift. */
    public record Remedy(String action, String kind) {}

    /**
     * An action whose outcome is known now.
     *
     * @param outcome {@link #VERIFIED}, {@link #INEFFECTIVE}, or UNCLEAR where its episodes ended before it did, or with another
     *     embedding model
     */
    public record Looked(long id, String action, String kind, String reason, String outcome) {
        /** Whether the drift lasts. */
        public boolean ineffective() {
            return outcome.equals(INEFFECTIVE);
        }
    }

    /**
     * Writes down what is known at {@code at}; for each that was ineffective an event too.
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
                SELECT s.id, s.action, s.kind, s.reason,
                       CASE WHEN s.seen_to_last AND s.time_is_up THEN 'INEFFECTIVE'
                            WHEN s.recovered THEN 'VERIFIED' ELSE 'UNCLEAR' END
                FROM (SELECT a.id, a.action, a.kind, COALESCE(a.reason, '') AS reason, a.finished_at <= ? AS time_is_up,
                             bool_or(e.closed_at IS NULL) AS lasts,
                             bool_or(e.closed_at IS NULL AND e.stream = ANY (?)) AS seen_to_last,
                             bool_or(e.closed_at > a.finished_at AND e.details ->> 'closed_because' = 'recovered') AS recovered
                      FROM drift_actions a
                      JOIN drift_action_episodes ae ON ae.action_id = a.id
                      JOIN drift_episodes e ON e.id = ae.episode_id
                      WHERE a.state = 'SUCCEEDED' AND a.outcome IS NULL AND a.finished_at IS NOT NULL
                        AND (a.action, a.kind) IN (SELECT * FROM unnest(?, ?))
                      GROUP BY a.id) s
                WHERE NOT s.lasts OR (s.seen_to_last AND s.time_is_up)
                ORDER BY s.id
                """)) {
            statement.setObject(1, SqlTime.parameter(at.minus(patience)));
            statement.setArray(2, texts(connection, compared.stream()));
            statement.setArray(3, texts(connection, remedies.stream().map(Remedy::action)));
            statement.setArray(4, texts(connection, remedies.stream().map(Remedy::kind)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    looked.add(new Looked(
                            row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
        }
        for (Looked one : looked) {
            write(connection, at, one);
        }
        return looked;
    }

    private static Array texts(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private static void write(Connection connection, Instant at, Looked one) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE drift_actions SET outcome = ?, outcome_at = ? WHERE id = ? AND outcome IS NULL")) {
            statement.setString(1, one.outcome());
            statement.setObject(2, SqlTime.parameter(at));
            statement.setLong(3, one.id());
            statement.executeUpdate();
        }
        if (!one.ineffective()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO drift_events (timestamp, kind, severity, details, action_taken, episode_id)
                SELECT ?, 'action_ineffective', 'medium',
                       jsonb_build_object('action_id', a.id, 'action', a.action, 'kind', a.kind, 'reason', a.reason), a.action,
                       (SELECT min(episode_id) FROM drift_action_episodes WHERE action_id = a.id)
                FROM drift_actions a
                WHERE a.id = ?
                """)) {
            statement.setObject(1, SqlTime.parameter(at));
            statement.setLong(2, one.id());
            statement.executeUpdate();
        }
    }
}
