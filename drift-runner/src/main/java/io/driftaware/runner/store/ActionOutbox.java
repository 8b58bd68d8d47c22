package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
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
 *
 * <p>When a row is due and a claim has run out is told by the database's clock, which all monitors share. Theirs only date rows.
 */
public final class ActionOutbox {
    private final DataSource dataSource;
    private final Duration claimLength;
    private final @Nullable InstantSource time;

    /** An outbox whose claims last {@code claimLength}, longer than any call takes, by the clock of the database. */
    public ActionOutbox(DataSource dataSource, Duration claimLength) {
        this(dataSource, claimLength, null);
    }

    /**
     * An outbox of another time.
     *
     * @param time says when a row is due and a claim has run out; null for the clock of the database
     */
    public ActionOutbox(DataSource dataSource, Duration claimLength, @Nullable InstantSource time) {
        this.dataSource = dataSource;
        this.claimLength = claimLength;
        this.time = time;
    }

    private @Nullable OffsetDateTime given() {
        return time == null ? null : SqlTime.parameter(time.instant());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
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
     * Claims the row that is due longest, has one of the names, and whose target is free; its first claim counts as its
     * dispatch.
     *
     * @param targets by name of the action
     * @param hadTheirTurn rows that are left for later, so that one that is due again at once does not keep the others waiting
     * @param now dates the row
     */
    public Optional<ClaimedAction> claim(Map<String, String> targets, Collection<Long> hadTheirTurn, Instant now)
            throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                Optional<ClaimedAction> claimed = take(connection, targets, hadTheirTurn, now);
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
     * Whether the call of a claimed row may begin now: the claim is still the latest, nobody has ended the row since, actions are not
     * paused, and the call can end before the claim does. A monitor may have been stopped for any time since it claimed.
     *
     * @param callLimit how long the call may take
     */
    public boolean mayBegin(ClaimedAction action, Duration callLimit) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        SELECT EXISTS (SELECT
                                       FROM drift_actions
                                       WHERE id = ? AND claims = ? AND state IN ('DISPATCHED', 'RUNNING')
                                         AND next_attempt_at
                                             >= COALESCE(?::timestamptz, clock_timestamp()) + make_interval(secs => ?))
                               AND NOT EXISTS (SELECT FROM drift_monitor_state WHERE key = 'actions_paused')
                        """)) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            statement.setLong(1, action.id());
            statement.setInt(2, action.claim());
            statement.setObject(3, given());
            statement.setDouble(4, seconds(callLimit));
            boolean may = yes(statement);
            connection.setAutoCommit(autoCommit);
            return may;
        }
    }

    /** Gives a claim back whose call was not begun: the row is as it was before, and due. */
    public void release(ClaimedAction action, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        UPDATE drift_actions
                        SET state = CASE WHEN state = 'RUNNING' OR ? THEN state ELSE 'APPROVED' END,
                            attempts = GREATEST(attempts - 1, 0), next_attempt_at = NULL, updated_at = ?
                        WHERE id = ? AND state IN ('DISPATCHED', 'RUNNING') AND claims = ?
                        """)) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            statement.setBoolean(1, action.outcomeUnknown());
            statement.setObject(2, SqlTime.parameter(now));
            statement.setLong(3, action.id());
            statement.setInt(4, action.claim());
            statement.executeUpdate();
            connection.setAutoCommit(autoCommit);
        }
    }

    /**
     * Ends what is DISPATCHED or RUNNING for longer than {@code limit}, whatever its action is called: it would keep its target for
     * ever. A call that is under way ends first, and while actions are paused nothing is ended.
     *
     * @param why for the row
     * @return what was ended, a line each
     */
    public List<String> endOverdue(Duration limit, String why, Instant now) throws SQLException {
        String overdue =
                """
                state IN ('DISPATCHED', 'RUNNING')
                AND COALESCE(next_attempt_at, '-infinity') <= COALESCE(?::timestamptz, clock_timestamp())
                AND COALESCE(began_at, created_at) <= COALESCE(?::timestamptz, clock_timestamp()) - make_interval(secs => ?)
                AND NOT EXISTS (SELECT FROM drift_monitor_state WHERE key = 'actions_paused')
                """;
        List<String> ended = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement any =
                        connection.prepareStatement("SELECT EXISTS (SELECT FROM drift_actions WHERE " + overdue + ")");
                PreparedStatement end = connection.prepareStatement(
                        """
                        UPDATE drift_actions
                        SET state = 'TIMED_OUT', last_error = ?, next_attempt_at = NULL, updated_at = ?, finished_at = ?
                        WHERE %s
                        RETURNING id, action, kind
                        """
                                .formatted(overdue))) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(true);
            overdue(any, 1, limit);
            // Nearly always there is none, and nothing is locked for it.
            if (yes(any)) {
                end.setString(1, why);
                end.setObject(2, SqlTime.parameter(now));
                end.setObject(3, SqlTime.parameter(now));
                overdue(end, 4, limit);
                try (ResultSet row = end.executeQuery()) {
                    while (row.next()) {
                        ended.add("action " + row.getString(2) + " for " + row.getString(3) + ", number "
                                + row.getLong(1));
                    }
                }
            }
            connection.setAutoCommit(autoCommit);
        }
        return ended;
    }

    private void overdue(PreparedStatement statement, int first, Duration limit) throws SQLException {
        statement.setObject(first, given());
        statement.setObject(first + 1, given());
        statement.setDouble(first + 2, seconds(limit));
    }

    private static boolean yes(PreparedStatement question) throws SQLException {
        try (ResultSet row = question.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

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

    /** It goes on after {@code wait}, with its count of attempts at naught. */
    public void running(ClaimedAction action, String progress, Duration wait, Instant now) throws SQLException {
        finish(action, new Ending("RUNNING", null, progress, null, wait), now);
    }

    /** It did not work, and is tried again after {@code wait}; one that was RUNNING stays so. */
    public void retryAfter(ClaimedAction action, String error, Duration wait, Instant now) throws SQLException {
        finish(action, new Ending("APPROVED", error, null, null, wait), now);
    }

    private Optional<ClaimedAction> take(
            Connection connection, Map<String, String> targets, Collection<Long> hadTheirTurn, Instant now)
            throws SQLException {
        // Two monitors could else see the same target free at the same moment; and no claim begins after a pause is
        // told.
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('drift-aware action claim'))");
        }
        List<String> names = List.copyOf(targets.keySet());
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH due AS (
                    SELECT a.id, a.state, mine.target, here.now
                    FROM drift_actions a
                    JOIN unnest(?, ?) AS mine (name, target) ON mine.name = a.action
                    CROSS JOIN (SELECT COALESCE(?::timestamptz, clock_timestamp()) AS now) here
                    WHERE a.state IN ('APPROVED', 'DISPATCHED', 'RUNNING') AND a.id <> ALL (?)
                      AND COALESCE(a.next_attempt_at, '-infinity') <= here.now
                      AND NOT EXISTS (SELECT FROM drift_monitor_state WHERE key = 'actions_paused')
                      AND NOT EXISTS (SELECT
                                      FROM drift_actions other
                                      WHERE other.target = mine.target AND other.id <> a.id
                                        AND other.state IN ('DISPATCHED', 'RUNNING'))
                    ORDER BY a.next_attempt_at NULLS FIRST, a.id
                    LIMIT 1
                    FOR UPDATE OF a SKIP LOCKED
                )
                UPDATE drift_actions taken
                SET state = CASE due.state WHEN 'RUNNING' THEN 'RUNNING' ELSE 'DISPATCHED' END, target = due.target,
                    attempts = attempts + 1, claims = GREATEST(claims, attempts) + 1,
                    next_attempt_at = due.now + make_interval(secs => ?), updated_at = ?,
                    began_at = CASE due.state WHEN 'APPROVED' THEN due.now ELSE COALESCE(began_at, due.now) END
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
            statement.setObject(3, given());
            statement.setArray(4, connection.createArrayOf("bigint", hadTheirTurn.toArray()));
            statement.setDouble(5, seconds(claimLength));
            statement.setObject(6, SqlTime.parameter(now));
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
            @Nullable Duration pause) {}

    private void finish(ClaimedAction action, Ending ending, Instant now) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        """
                        UPDATE drift_actions
                        SET state = CASE WHEN state = 'RUNNING' AND ?::text = 'APPROVED' THEN 'RUNNING' ELSE ? END,
                            last_error = ?, progress = COALESCE(?, progress), result = ?,
                            next_attempt_at = COALESCE(?::timestamptz, clock_timestamp()) + make_interval(secs => ?),
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
            statement.setObject(6, given());
            statement.setObject(7, ending.pause() == null ? null : seconds(ending.pause()), Types.DOUBLE);
            statement.setString(8, ending.state());
            statement.setObject(9, SqlTime.parameter(now));
            statement.setString(10, ending.state());
            statement.setObject(11, SqlTime.parameter(now));
            statement.setLong(12, action.id());
            statement.setInt(13, action.claim());
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
