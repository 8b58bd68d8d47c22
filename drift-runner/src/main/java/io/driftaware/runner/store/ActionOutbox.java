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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The actions that episodes asked for, each a row that says how far it is.
 *
 * <p>A row is claimed in a transaction of its own before the call, so two monitors never run it at once, nor two rows of
 * one target. A claim runs out: an action whose monitor died in the call is claimed again, with the same idempotency key.
 * Who claims next raises the row's count of claims, and the one before can no longer write how its call ended.
 */
public final class ActionOutbox {
    private final DataSource dataSource;
    private final Duration claimLength;

    /** An outbox whose claims last {@code claimLength}, longer than any call takes. */
    public ActionOutbox(DataSource dataSource, Duration claimLength) {
        this.dataSource = dataSource;
        this.claimLength = claimLength;
    }

    /** How many rows there are of each action in each state. */
    static List<DispatchCounts.Rows> rows(Connection connection) throws SQLException {
        List<DispatchCounts.Rows> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT action, state, suppression_reason, outcome, count(*)
                        FROM drift_actions
                        GROUP BY action, state, suppression_reason, outcome
                        ORDER BY action, state, suppression_reason, outcome
                        """);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(new DispatchCounts.Rows(
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5)));
            }
        }
        return rows;
    }

    /**
     * Claims the oldest row that is due, has one of the names, and whose target is free; its first claim counts as its
     * dispatch.
     *
     * @param targets by name of the action
     */
    public Optional<ClaimedAction> claim(Map<String, String> targets, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                Optional<ClaimedAction> claimed = take(connection, targets, now);
                if (claimed.isPresent() && claimed.get().claim() == 1) {
                    countDispatch(connection, claimed.get(), now);
                }
                connection.commit();
                return claimed;
            } finally {
                restore(connection, autoCommit);
            }
        }
    }

    /**
     * What a dry run does in place of a claim: the oldest row that is due and was never claimed becomes SUPPRESSED. What was begun
     * before is left as it is.
     *
     * @param actions names
     */
    public Optional<Rehearsed> rehearse(Collection<String> actions, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(
                    """
                    UPDATE drift_actions
                    SET state = 'SUPPRESSED', suppression_reason = 'dry run', updated_at = ?
                    WHERE id = (SELECT a.id
                                FROM drift_actions a
                                WHERE a.state = 'APPROVED' AND a.claims = 0 AND a.attempts = 0 AND a.action = ANY (?)
                                  AND NOT EXISTS (SELECT FROM drift_monitor_state WHERE key = 'actions_paused')
                                ORDER BY a.id
                                LIMIT 1
                                FOR UPDATE SKIP LOCKED)
                    RETURNING id, action, kind, reason, idempotency_key
                    """)) {
                statement.setObject(1, SqlTime.parameter(now));
                statement.setArray(2, connection.createArrayOf("text", actions.toArray()));
                Optional<Rehearsed> rehearsed = Optional.empty();
                try (ResultSet row = statement.executeQuery()) {
                    if (row.next()) {
                        rehearsed = Optional.of(new Rehearsed(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getObject(5, UUID.class)));
                    }
                }
                if (rehearsed.isPresent()) {
                    Suppression.note(connection, rehearsed.get().id());
                }
                connection.commit();
                return rehearsed;
            } finally {
                restore(connection, autoCommit);
            }
        }
    }

    /** A row that would have been claimed. */
    public record Rehearsed(long id, String action, String kind, String reason, UUID idempotencyKey) {}

    /** It worked; {@code text} says what came of it. */
    public void succeeded(ClaimedAction action, String text, Instant now) throws SQLException {
        finish(action, new Ending("SUCCEEDED", null, null, text, null), now);
    }

    /** It did not work, and is not tried again. */
    public void failed(ClaimedAction action, String error, Instant now) throws SQLException {
        finish(action, new Ending("FAILED", error, null, null, null), now);
    }

    /** It may have worked, and is not tried again: the operator has to look. */
    public void unknown(ClaimedAction action, String error, Instant now) throws SQLException {
        finish(action, new Ending("UNKNOWN", error, null, null, null), now);
    }

    /** It goes on at {@code next}, with its count of attempts at naught. */
    public void running(ClaimedAction action, String progress, Instant next, Instant now) throws SQLException {
        finish(action, new Ending("RUNNING", null, progress, null, next), now);
    }

    /** It did not work, and is tried again at {@code next}; one that was RUNNING stays so. */
    public void retryAt(ClaimedAction action, String error, Instant next, Instant now) throws SQLException {
        finish(action, new Ending("APPROVED", error, null, null, next), now);
    }

    private Optional<ClaimedAction> take(Connection connection, Map<String, String> targets, Instant now)
            throws SQLException {
        // Two monitors could else see the same target free at the same moment.
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('drift-aware action claim'))");
        }
        List<String> names = List.copyOf(targets.keySet());
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH due AS (
                    SELECT a.id, a.state, mine.target
                    FROM drift_actions a
                    JOIN unnest(?, ?) AS mine (name, target) ON mine.name = a.action
                    WHERE a.state IN ('APPROVED', 'DISPATCHED', 'RUNNING')
                      AND COALESCE(a.next_attempt_at, '-infinity') <= ?
                      AND NOT EXISTS (SELECT FROM drift_monitor_state WHERE key = 'actions_paused')
                      AND NOT EXISTS (SELECT
                                      FROM drift_actions other
                                      WHERE other.target = mine.target AND other.id <> a.id
                                        AND other.state IN ('DISPATCHED', 'RUNNING'))
                    ORDER BY a.id
                    LIMIT 1
                    FOR UPDATE OF a SKIP LOCKED
                )
                UPDATE drift_actions taken
                SET state = CASE due.state WHEN 'RUNNING' THEN 'RUNNING' ELSE 'DISPATCHED' END, target = due.target,
                    attempts = attempts + 1, claims = GREATEST(claims, attempts) + 1, next_attempt_at = ?, updated_at = ?
                FROM due
                WHERE taken.id = due.id
                RETURNING taken.id, taken.action, taken.kind, taken.idempotency_key, taken.reason, taken.payload::text,
                          taken.attempts, taken.claims, due.state = 'DISPATCHED'
                """)) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text", names.stream().map(targets::get).toArray()));
            statement.setObject(3, SqlTime.parameter(now));
            statement.setObject(4, SqlTime.parameter(now.plus(claimLength)));
            statement.setObject(5, SqlTime.parameter(now));
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
                        row.getInt(7),
                        row.getInt(8),
                        row.getBoolean(9)));
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
                                 AND sibling.kind = ? AND sibling.attempts + sibling.claims > 0)
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

    /** How a call ended; a progress of null keeps the one before. */
    private record Ending(
            String state,
            @Nullable String error,
            @Nullable String progress,
            @Nullable String result,
            @Nullable Instant next) {}

    private void finish(ClaimedAction action, Ending ending, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        UPDATE drift_actions
                        SET state = CASE WHEN state = 'RUNNING' AND ?::text = 'APPROVED' THEN 'RUNNING' ELSE ? END,
                            last_error = ?, progress = COALESCE(?, progress), result = ?, next_attempt_at = ?,
                            attempts = CASE ? WHEN 'RUNNING' THEN 0 ELSE attempts END, updated_at = ?,
                            finished_at = CASE WHEN ? IN ('SUCCEEDED', 'FAILED', 'UNKNOWN') THEN ?::timestamptz END
                        WHERE id = ? AND state IN ('DISPATCHED', 'RUNNING') AND claims = ?
                        """)) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            statement.setString(1, ending.state());
            statement.setString(2, ending.state());
            statement.setString(3, ending.error());
            statement.setString(4, ending.progress());
            statement.setString(5, ending.result());
            statement.setObject(6, ending.next() == null ? null : SqlTime.parameter(ending.next()));
            statement.setString(7, ending.state());
            statement.setObject(8, SqlTime.parameter(now));
            statement.setString(9, ending.state());
            statement.setObject(10, SqlTime.parameter(now));
            statement.setLong(11, action.id());
            statement.setInt(12, action.claim());
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
