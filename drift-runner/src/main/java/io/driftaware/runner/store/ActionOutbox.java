package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The actions that episodes asked for, each a row that says how far it is.
 *
 * <p>A row is claimed in a transaction of its own before the call, so two monitors never run it at once. A claim runs
 * out: an action whose monitor died in the call is claimed again, with the same idempotency key.
 */
public final class ActionOutbox {
    private final DataSource dataSource;
    private final Duration claimLength;

    /** An outbox whose claims last {@code claimLength}, longer than any call takes. */
    public ActionOutbox(DataSource dataSource, Duration claimLength) {
        this.dataSource = dataSource;
        this.claimLength = claimLength;
    }

    /**
     * Asks for an action, in the transaction of the episodes that want it.
     *
     * @param kind {@code reindex}, {@code retrain} or {@code notify}
     * @param payload JSON object
     * @param coolDown where every stream has asked for the same within so long, the row is kept as SUPPRESSED and never runs
     */
    public static void ask(
            Connection connection,
            String action,
            String kind,
            String reason,
            String payload,
            List<Long> episodes,
            Instant at,
            Duration coolDown)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH wanted AS (
                    SELECT bool_and(EXISTS (
                        SELECT
                        FROM drift_actions a
                        JOIN drift_action_episodes ae ON ae.action_id = a.id
                        JOIN drift_episodes earlier ON earlier.id = ae.episode_id
                        WHERE earlier.stream = e.stream AND earlier.segment = e.segment
                          AND a.action = ? AND a.kind = ? AND a.state <> 'SUPPRESSED' AND a.created_at > ?)) AS too_soon
                    FROM drift_episodes e
                    WHERE e.id = ANY (?)
                ), asked AS (
                    INSERT INTO drift_actions
                        (action, kind, state, suppression_reason, reason, payload, created_at, updated_at)
                    SELECT ?, ?, CASE WHEN too_soon THEN 'SUPPRESSED' ELSE 'APPROVED' END,
                           CASE WHEN too_soon THEN 'cool-down' END, ?, ?::jsonb, ?, ?
                    FROM wanted
                    RETURNING id
                )
                INSERT INTO drift_action_episodes (action_id, episode_id)
                SELECT asked.id, episode FROM asked CROSS JOIN unnest(?) AS episode
                """)) {
            statement.setString(1, action);
            statement.setString(2, kind);
            statement.setObject(3, SqlTime.parameter(at.minus(coolDown)));
            statement.setArray(4, connection.createArrayOf("bigint", episodes.toArray()));
            statement.setString(5, action);
            statement.setString(6, kind);
            statement.setString(7, reason);
            statement.setString(8, payload);
            statement.setObject(9, SqlTime.parameter(at));
            statement.setObject(10, SqlTime.parameter(at));
            statement.setArray(11, connection.createArrayOf("bigint", episodes.toArray()));
            statement.executeUpdate();
        }
    }

    /** How many rows there are of each action in each state. */
    static List<DispatchCounts.Rows> rows(Connection connection) throws SQLException {
        List<DispatchCounts.Rows> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT action, state, count(*) FROM drift_actions GROUP BY action, state ORDER BY action, state
                        """);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(new DispatchCounts.Rows(row.getString(1), row.getString(2), row.getLong(3)));
            }
        }
        return rows;
    }

    /** Claims the oldest row that is due and has one of the names; its first claim counts as its dispatch. */
    public Optional<ClaimedAction> claim(Collection<String> names, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                Optional<ClaimedAction> claimed = take(connection, names, now);
                if (claimed.isPresent() && claimed.get().attempt() == 1) {
                    countDispatch(connection, claimed.get(), now);
                }
                connection.commit();
                return claimed;
            } finally {
                restore(connection, autoCommit);
            }
        }
    }

    /** It worked. */
    public void succeeded(ClaimedAction action, Instant now) throws SQLException {
        finish(action, "SUCCEEDED", null, null, now);
    }

    /** It did not work, and is not tried again. */
    public void failed(ClaimedAction action, String error, Instant now) throws SQLException {
        finish(action, "FAILED", error, null, now);
    }

    /** It did not work, and is tried again at {@code next}. */
    public void retryAt(ClaimedAction action, String error, Instant next, Instant now) throws SQLException {
        finish(action, "APPROVED", error, next, now);
    }

    private Optional<ClaimedAction> take(Connection connection, Collection<String> names, Instant now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_actions
                SET state = 'DISPATCHED', attempts = attempts + 1, next_attempt_at = ?, updated_at = ?
                WHERE id = (SELECT id
                            FROM drift_actions
                            WHERE action = ANY (?)
                              AND state IN ('APPROVED', 'DISPATCHED')
                              AND COALESCE(next_attempt_at, '-infinity') <= ?
                            ORDER BY id
                            LIMIT 1
                            FOR UPDATE SKIP LOCKED)
                RETURNING id, action, kind, idempotency_key, reason, payload::text, attempts
                """)) {
            statement.setObject(1, SqlTime.parameter(now.plus(claimLength)));
            statement.setObject(2, SqlTime.parameter(now));
            statement.setArray(3, connection.createArrayOf("text", names.toArray()));
            statement.setObject(4, SqlTime.parameter(now));
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                return Optional.of(new ClaimedAction(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getObject(4, UUID.class),
                        row.getString(5),
                        row.getString(6),
                        row.getInt(7)));
            }
        }
    }

    /** A notification is none. Once per decision, however many actions are named for it: the lock makes its siblings wait for this count. */
    private static void countDispatch(Connection connection, ClaimedAction action, Instant now) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('drift-aware dispatch count'))");
        }
        if (action.kind().equals("notify") || siblingWasDispatched(connection, action)) {
            return;
        }
        MonitorState.countDispatch(connection, action.kind(), action.reason(), now);
        if (action.kind().equals("retrain")) {
            recordRetraining(connection, action, now);
        }
    }

    private static boolean siblingWasDispatched(Connection connection, ClaimedAction action) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT EXISTS (SELECT
                               FROM drift_action_episodes mine
                               JOIN drift_action_episodes theirs USING (episode_id)
                               JOIN drift_actions sibling ON sibling.id = theirs.action_id
                               WHERE mine.action_id = ? AND sibling.id <> mine.action_id
                                 AND sibling.kind = ? AND sibling.attempts > 0)
                """)) {
            statement.setLong(1, action.id());
            statement.setString(2, action.kind());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private static void recordRetraining(Connection connection, ClaimedAction action, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                INSERT INTO model_versions (deployed_at, model_name, source, notes, active)
                SELECT ?, ?, ?, payload ->> 'details', false FROM drift_actions WHERE id = ?
                """)) {
            statement.setObject(1, SqlTime.parameter(now));
            statement.setString(2, "retrain_" + now.getEpochSecond());
            statement.setString(3, action.reason());
            statement.setLong(4, action.id());
            statement.executeUpdate();
        }
    }

    private void finish(ClaimedAction action, String state, @Nullable String error, @Nullable Instant next, Instant now)
            throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        UPDATE drift_actions
                        SET state = ?, last_error = ?, next_attempt_at = ?, updated_at = ?
                        WHERE id = ? AND state = 'DISPATCHED' AND attempts = ?
                        """)) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            statement.setString(1, state);
            statement.setString(2, error);
            statement.setObject(3, next == null ? null : SqlTime.parameter(next));
            statement.setObject(4, SqlTime.parameter(now));
            statement.setLong(5, action.id());
            statement.setInt(6, action.attempt());
            statement.executeUpdate();
            connection.setAutoCommit(autoCommit);
        }
    }

    private static void restore(Connection connection, boolean autoCommit) throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        }
    }
}
