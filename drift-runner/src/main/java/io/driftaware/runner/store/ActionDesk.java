package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What an operator does with actions: each step is one statement that takes effect only from the states it is meant for. */
public final class ActionDesk {
    private final Connection connection;

    /** Works on a connection in auto-commit. */
    public ActionDesk(Connection connection) {
        this.connection = connection;
    }

    /** A connection for whoever waits for an answer: no statement takes longer than 5 s. */
    public static Connection connection(DataSource database) throws SQLException {
        Connection connection = database.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = '5s'");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /** A step of the operator. */
    public enum Step {
        /** Lets it run. */
        APPROVE(List.of("AWAITING_APPROVAL"), "APPROVED", null),
        /** Never runs, or is not called again. */
        REJECT(List.of("AWAITING_APPROVAL", "APPROVED", "RUNNING"), "SUPPRESSED", Suppression.REJECTED),
        /** Somebody looked: it had not worked, and is to be made. */
        RETRY(List.of("UNKNOWN", "FAILED", "TIMED_OUT"), "APPROVED", null),
        /** Somebody looked: it has worked. */
        DONE(List.of("UNKNOWN", "RUNNING", "TIMED_OUT"), "SUCCEEDED", null);

        private final List<String> from;
        private final String to;
        private final @Nullable String suppression;

        Step(List<String> from, String to, @Nullable String suppression) {
            this.from = from;
            this.to = to;
            this.suppression = suppression;
        }

        /** The states that it starts from. */
        public List<String> from() {
            return from;
        }

        /** The state that it leads to. */
        public String to() {
            return to;
        }
    }

    /**
     * A row as the operator sees it.
     *
     * @param state as the table has it
     * @param at when it was asked for
     * @param note why it was suppressed, else the last error, else what came of it, else how far it is; empty if nothing
     * @param outcome VERIFIED, INEFFECTIVE or UNCLEAR once it is known whether the drift ended after it, by the rule of
     *     {@link ActionOutcomes}; else empty
     * @param episodes that asked for it, the oldest first
     */
    public record Entry(
            long id,
            String action,
            String kind,
            String reason,
            String state,
            Instant at,
            String note,
            String outcome,
            UUID idempotencyKey,
            List<OfEpisode> episodes) {
        /** Copies the list. */
        public Entry {
            episodes = List.copyOf(episodes);
        }
    }

    /**
     * What an action did for one of its episodes.
     *
     * @param episode its number
     * @param stream that drifted
     * @param outcome as that of an action, for this episode alone
     */
    public record OfEpisode(long episode, String stream, String outcome) {}

    /** The latest {@code limit} rows, newest first. */
    public List<Entry> latest(int limit) throws SQLException {
        return latest(Long.MAX_VALUE, limit);
    }

    /** The latest {@code limit} rows with a number below {@code before}, newest first. */
    public List<Entry> latest(long before, int limit) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT a.id, a.action, a.kind, COALESCE(a.reason, ''), a.state, a.created_at,
                       COALESCE(a.suppression_reason, a.last_error, NULLIF(a.result, ''), a.progress, ''),
                       COALESCE(a.outcome, ''), a.idempotency_key, asked.ids, asked.streams, asked.outcomes
                FROM drift_actions a
                CROSS JOIN LATERAL (
                    SELECT COALESCE(array_agg(e.id ORDER BY e.id), '{}') AS ids,
                           COALESCE(array_agg(e.stream ORDER BY e.id), '{}') AS streams,
                           COALESCE(array_agg(COALESCE(ae.outcome, '') ORDER BY e.id), '{}') AS outcomes
                    FROM drift_action_episodes ae JOIN drift_episodes e ON e.id = ae.episode_id
                    WHERE ae.action_id = a.id) asked
                WHERE a.id < ?
                ORDER BY a.id DESC
                LIMIT ?
                """)) {
            statement.setLong(1, before);
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getTimestamp(6).toInstant(),
                            row.getString(7),
                            row.getString(8),
                            row.getObject(9, UUID.class),
                            episodes(row)));
                }
            }
        }
        return entries;
    }

    private static List<OfEpisode> episodes(ResultSet row) throws SQLException {
        Long[] ids = (Long[]) row.getArray(10).getArray();
        String[] streams = (String[]) row.getArray(11).getArray();
        String[] outcomes = (String[]) row.getArray(12).getArray();
        List<OfEpisode> episodes = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            episodes.add(new OfEpisode(ids[i], streams[i], outcomes[i]));
        }
        return episodes;
    }

    /**
     * Takes the step; false if the action is in no state that it starts from. A call-back from before it counts no more.
     */
    public boolean take(Step step, long id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_actions
                SET state = ?, suppression_reason = ?, next_attempt_at = NULL, attempts = 0, updated_at = ?,
                    reported_at = GREATEST(reported_at, ?), finished_at = CASE ? WHEN 'SUCCEEDED' THEN ?::timestamptz END
                WHERE id = ? AND state = ANY (?)
                """)) {
            statement.setString(1, step.to());
            statement.setString(2, step.suppression);
            statement.setObject(3, SqlTime.parameter(now));
            statement.setObject(4, SqlTime.parameter(now));
            statement.setString(5, step.to());
            statement.setObject(6, SqlTime.parameter(now));
            statement.setLong(7, id);
            statement.setArray(8, connection.createArrayOf("text", step.from().toArray()));
            boolean taken = statement.executeUpdate() == 1;
            if (taken && step.suppression != null) {
                Suppression.note(connection, id);
            }
            return taken;
        }
    }

    /**
     * What the receiver of a request says of it.
     *
     * @param state {@code running}, {@code succeeded} or {@code failed}
     * @param text one line, may be empty
     * @param sent as it dated it
     */
    public record Report(UUID idempotencyKey, String state, String text, Instant sent) {}

    /**
     * Takes a receiver's word; false where the request was never sent, has ended, or the word is no later than the latest and than
     * the operator's last step. Of one that goes on,
     * only a row that is RUNNING is put off: what is not known to be repeatable must not be called again because of it.
     */
    public boolean report(Report report, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_actions
                SET state = CASE told.state WHEN 'succeeded' THEN 'SUCCEEDED' WHEN 'failed' THEN 'FAILED'
                                            ELSE drift_actions.state END,
                    result = CASE told.state WHEN 'succeeded' THEN told.text ELSE result END,
                    last_error = CASE told.state WHEN 'failed' THEN COALESCE(NULLIF(told.text, ''), 'the receiver says that it failed')
                                                 WHEN 'succeeded' THEN NULL ELSE last_error END,
                    progress = CASE told.state WHEN 'running' THEN told.text ELSE progress END,
                    next_attempt_at = CASE WHEN told.state <> 'running' THEN NULL
                                           WHEN drift_actions.state = 'RUNNING'
                                               THEN GREATEST(next_attempt_at, clock_timestamp() + interval '10 minutes')
                                           ELSE next_attempt_at END,
                    finished_at = CASE told.state WHEN 'running' THEN finished_at ELSE told.now END,
                    reported_at = told.sent, updated_at = told.now
                FROM (SELECT ?::text AS state, ?::text AS text, ?::timestamptz AS sent, ?::timestamptz AS now) told
                WHERE idempotency_key = ? AND COALESCE(reported_at, '-infinity') < told.sent
                  AND (drift_actions.state IN ('DISPATCHED', 'RUNNING', 'UNKNOWN', 'TIMED_OUT')
                       OR (drift_actions.state = 'APPROVED' AND claims > 0))
                """)) {
            statement.setString(1, report.state());
            statement.setString(2, report.text());
            statement.setObject(3, SqlTime.parameter(report.sent()));
            statement.setObject(4, SqlTime.parameter(now));
            statement.setObject(5, report.idempotencyKey());
            return statement.executeUpdate() == 1;
        }
    }

    /** The state of the action with this key, empty if there is none. */
    public Optional<String> state(UUID idempotencyKey) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT state FROM drift_actions WHERE idempotency_key = ?")) {
            statement.setObject(1, idempotencyKey);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /**
     * No monitor of this database begins another call, whichever it is, until {@link #resume}. Waits for a claim that is being made,
     * and none is made after it.
     */
    public void pause(Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtext('drift-aware action claim')))
                INSERT INTO drift_monitor_state (key, value, updated_at) SELECT 'actions_paused', 'true', ? FROM locked
                ON CONFLICT (key) DO NOTHING
                """)) {
            statement.setObject(1, SqlTime.parameter(now));
            statement.executeUpdate();
        }
    }

    /** Lets actions run again; false if they were not paused. */
    public boolean resume() throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM drift_monitor_state WHERE key = 'actions_paused'")) {
            return statement.executeUpdate() == 1;
        }
    }

    /** Since when no action may run; empty if they may. */
    public Optional<Instant> pausedSince() throws SQLException {
        return pausedSince(connection);
    }

    static Optional<Instant> pausedSince(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT updated_at FROM drift_monitor_state WHERE key = 'actions_paused'");
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.ofNullable(SqlTime.read(row, 1)) : Optional.empty();
        }
    }

    /** How many may run as soon as a monitor looks. */
    public long waiting() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT count(*) FROM drift_actions WHERE state IN ('APPROVED', 'RUNNING')");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The state of an action, empty if there is none of this number. */
    public Optional<String> state(long id) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT state FROM drift_actions WHERE id = ?")) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }
}
