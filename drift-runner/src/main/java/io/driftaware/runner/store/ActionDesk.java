package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an operator does with actions: each step is one statement that takes effect only from the states it is meant for. */
public final class ActionDesk {
    private final Connection connection;

    /** Works on a connection in auto-commit. */
    public ActionDesk(Connection connection) {
        this.connection = connection;
    }

    /** A step of the operator. */
    public enum Step {
        /** Lets it run. */
        APPROVE("AWAITING_APPROVAL", "APPROVED", null),
        /** Never runs. */
        REJECT("AWAITING_APPROVAL", "SUPPRESSED", "rejected"),
        /** Somebody looked: it had not worked, and is to be made. */
        RETRY("UNKNOWN", "APPROVED", null),
        /** Somebody looked: it had worked. */
        DONE("UNKNOWN", "SUCCEEDED", null);

        private final String from;
        private final String to;
        private final @Nullable String suppression;

        Step(String from, String to, @Nullable String suppression) {
            this.from = from;
            this.to = to;
            this.suppression = suppression;
        }

        /** The only state that it starts from. */
        public String from() {
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
     * @param note why it was suppressed, else the last error, else what came of it, else how far it is; empty if nothing
     */
    public record Entry(long id, String action, String kind, String reason, String state, Instant at, String note) {}

    /** The latest {@code limit} rows, newest first. */
    public List<Entry> latest(int limit) throws SQLException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT id, action, kind, COALESCE(reason, ''), state, created_at,
                       COALESCE(suppression_reason, last_error, result, progress, '')
                FROM drift_actions
                ORDER BY id DESC
                LIMIT ?
                """)) {
            statement.setInt(1, limit);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getTimestamp(6).toInstant(),
                            row.getString(7)));
                }
            }
        }
        return entries;
    }

    /** Takes the step; false if the action is not in the state that it starts from. */
    public boolean take(Step step, long id, Instant now) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                """
                UPDATE drift_actions
                SET state = ?, suppression_reason = ?, next_attempt_at = NULL, attempts = 0, updated_at = ?
                WHERE id = ? AND state = ?
                """)) {
            statement.setString(1, step.to());
            statement.setString(2, step.suppression);
            statement.setObject(3, SqlTime.parameter(now));
            statement.setLong(4, id);
            statement.setString(5, step.from());
            return statement.executeUpdate() == 1;
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
