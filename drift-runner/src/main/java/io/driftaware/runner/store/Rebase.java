package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Anchors the reading anew in a database that came from another cluster, so that what was read there is not read again and
 * what was not is.
 *
 * <p>After {@code pg_upgrade} or a copy of the files, rows still carry the transaction that wrote them ({@code xmin}): the
 * cursor holds, and only the cluster's name is noted. After a dump, rows carry the transaction that restored them, and
 * {@code xact_id} that of the cluster they come from. Those that the cursor has passed are set before every transaction,
 * those that it has not are set to this one, and the cursor is set between the two. Rows written since are newer than it
 * anyhow. Feedback is read from the start, which changes nothing that is right.
 *
 * <p>Actions that are open wait for the operator's word either way.
 */
public final class Rebase {
    private final Connection connection;

    private Rebase(Connection connection) {
        this.connection = connection;
    }

    /**
     * Does it, in the transaction of {@code connection}. Needs the right to update the logs; keeps writers waiting.
     *
     * @return what was done, in words
     */
    public static String run(Connection connection) throws SQLException {
        Rebase rebase = new Rebase(connection);
        rebase.execute("LOCK TABLE embeddings_log, interaction_log, feedback_log IN SHARE ROW EXCLUSIVE MODE");
        Checkpoints checkpoints = Checkpoints.lock(connection);
        if (rebase.isPhysicalCopy("embeddings_log") || rebase.isPhysicalCopy("interaction_log")) {
            rebase.execute("UPDATE drift_checkpoints SET system_identifier = NULL");
            return "the rows still carry the transactions that wrote them: the cursors hold" + rebase.holdActions();
        }
        long passed = rebase.renumber("embeddings_log", checkpoints.cursor(Checkpoints.Reader.EMBEDDINGS))
                + rebase.renumber("interaction_log", checkpoints.cursor(Checkpoints.Reader.INTERACTIONS));
        rebase.execute(
                """
                UPDATE feedback_log SET xact_id = pg_current_xact_id()
                WHERE xact_id >= pg_snapshot_xmax(pg_current_snapshot())
                """);
        rebase.execute(
                """
                UPDATE drift_checkpoints
                SET xact_id = '0', system_identifier = NULL, event_id = NULL, updated_at = now(),
                    row_id = CASE WHEN reader LIKE 'feedback%' THEN 0 ELSE 9223372036854775807 END
                """);
        return passed + " rows were read before and are not read again" + rebase.holdActions();
    }

    /** What was open in the dump may have been called since, where the dump came from: somebody has to look. */
    private String holdActions() throws SQLException {
        long waiting = execute(
                """
                UPDATE drift_actions
                SET state = CASE WHEN state = 'APPROVED' AND claims = 0 AND attempts = 0 THEN 'AWAITING_APPROVAL' ELSE 'UNKNOWN' END,
                    last_error = 'the database was restored: it may have been called where it came from',
                    next_attempt_at = NULL, updated_at = now(),
                    finished_at = CASE WHEN state = 'APPROVED' AND claims = 0 AND attempts = 0 THEN NULL ELSE now() END
                WHERE state IN ('APPROVED', 'DISPATCHED', 'RUNNING')
                """);
        return waiting == 0 ? "" : "; " + waiting + " open actions wait for your word: see actions list";
    }

    /** Whether a row that was read is here as it was written. A row that was updated since says nothing. */
    private boolean isPhysicalCopy(String table) throws SQLException {
        String sql =
                """
                SELECT EXISTS (
                    SELECT FROM %s l
                    WHERE l.xmin = l.xact_id::xid
                      AND l.id <= (SELECT a.id FROM %1$s a JOIN drift_checkpoints c USING (event_id) LIMIT 1))
                """;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.formatted(table))) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** @return rows that the cursor has passed */
    private long renumber(String table, LogCursor cursor) throws SQLException {
        String restored = "xmin <> xact_id::xid";
        String read = "(xact_id, id) <= ('%d'::xid8, %d)".formatted(cursor.xactId(), cursor.rowId());
        execute("UPDATE %s SET xact_id = pg_current_xact_id() WHERE %s AND NOT %s".formatted(table, restored, read));
        return execute("UPDATE %s SET xact_id = '0' WHERE %s AND %s AND xact_id <> pg_current_xact_id()"
                .formatted(table, restored, read));
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Math.max(0, statement.getUpdateCount());
        }
    }
}
