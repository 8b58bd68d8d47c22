package io.driftaware.runner.reindex;

import io.driftaware.runner.openai.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The renames, each way in one transaction. A statement of the application that comes meanwhile waits, and then finds
 * the columns under the names that it knows. The lock is asked for once and at the highest level, so a transaction that
 * has read documents and now writes them passes us by instead of meeting a deadlock.
 */
final class Swap {
    /** Others queue behind a waiting lock, so it waits no longer than this, and tries again. */
    private static final String LOCK_LIMIT = "SET LOCAL lock_timeout = '1s'";

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String PRESENT = "documents_embedding_present";
    static final String ARRAY_CHECK = "documents_embedding_dim_check";

    private Swap() {}

    /** How a swap ended. */
    enum Outcome {
        SWAPPED,
        /** The table was busy, or too many documents came meanwhile. */
        BUSY
    }

    /** Swaps if no document lacks the new vector; a last few are embedded under the lock, within a limit of time. */
    static Outcome swap(
            Connection connection,
            DocumentsTable table,
            Filling filling,
            MeteredModel model,
            ReindexSettings settings,
            ReindexStatus status)
            throws SQLException, EmbeddingFailure, InterruptedException {
        connection.setAutoCommit(false);
        try {
            DocumentsTable.run(connection, LOCK_LIMIT, "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE");
            Filling.Batch last = filling.read(connection, Filling.Target.SHADOW, 0, settings.batchTexts());
            ReindexStatus swapped = status;
            if (!last.isEmpty()) {
                int calls = last.ids().isEmpty() ? 0 : 1;
                if (calls > 0
                        && (model.spent(status.work()).isPresent()
                                || !model.pause().isZero())) {
                    return Outcome.BUSY;
                }
                DocumentEmbedder.Embedded made = inTime(model, last.texts(), settings.swapLimit());
                if (made == null) {
                    return Outcome.BUSY;
                }
                Filling.Written written = filling.write(connection, Filling.Target.SHADOW, last, made.vectors());
                swapped = swapped.filled(written.embedded(), written.copied(), calls, made.tokens(), 0);
                if (!filling.read(connection, Filling.Target.SHADOW, 0, settings.batchTexts())
                        .isEmpty()) {
                    return Outcome.BUSY;
                }
            }
            rename(connection, "", "_previous");
            rename(connection, "_next", "");
            DocumentsTable.run(
                    connection,
                    "ALTER TABLE documents ALTER COLUMN embedding_previous DROP NOT NULL",
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + ARRAY_CHECK,
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                    "ALTER TABLE documents ADD CONSTRAINT " + PRESENT + " CHECK (embedding IS NOT NULL) NOT VALID");
            if (table.arrays()) {
                DocumentsTable.run(
                        connection,
                        "ALTER TABLE documents ADD CONSTRAINT " + ARRAY_CHECK + " "
                                + table.arrayCheck(status.aim().dimension()) + " NOT VALID");
            }
            StatusStore.save(connection, swapped.to(ReindexState.SETTLING, ""));
            event(connection, "reindex_swapped", swapped);
            connection.commit();
            return Outcome.SWAPPED;
        } catch (SQLException e) {
            if (busy(e)) {
                return Outcome.BUSY;
            }
            throw e;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static DocumentEmbedder.@Nullable Embedded inTime(MeteredModel model, List<String> texts, Duration limit)
            throws EmbeddingFailure, InterruptedException {
        if (texts.isEmpty()) {
            return new DocumentEmbedder.Embedded(List.of(), 0);
        }
        FutureTask<DocumentEmbedder.Embedded> call = new FutureTask<>(() -> model.embed(texts));
        Thread thread = new Thread(call, "drift-reindex-last");
        thread.setDaemon(true);
        thread.start();
        try {
            return call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EmbeddingFailure failure) {
                if (failure.kind() == EmbeddingFailure.Kind.REFUSED) {
                    return null; // the next pass finds out which document it is, without the lock
                }
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            call.cancel(true);
        }
    }

    /** After a swap or a rollback: the column that is in use gets its constraints without a long lock. */
    static void settle(Connection connection) throws SQLException {
        DocumentsTable.run(connection, "SET lock_timeout = '1s'");
        try {
            DocumentsTable.run(connection, "ALTER TABLE documents VALIDATE CONSTRAINT " + PRESENT);
            if (has(connection, ARRAY_CHECK)) {
                DocumentsTable.run(connection, "ALTER TABLE documents VALIDATE CONSTRAINT " + ARRAY_CHECK);
            }
        } finally {
            DocumentsTable.run(connection, "RESET lock_timeout");
        }
        transaction(
                connection,
                "ALTER TABLE documents ALTER COLUMN embedding SET NOT NULL",
                "ALTER TABLE documents DROP CONSTRAINT " + PRESENT);
    }

    static boolean settled(Connection connection) throws SQLException {
        return !has(connection, PRESENT);
    }

    private static boolean has(Connection connection, String constraint) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'documents'::regclass AND conname = ?)")) {
            select.setString(1, constraint);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** The old columns in use again, the new ones as the shadow; false if the table was busy. */
    static boolean back(Connection connection, DocumentsTable table, ReindexStatus status) throws SQLException {
        connection.setAutoCommit(false);
        try {
            DocumentsTable.run(
                    connection,
                    LOCK_LIMIT,
                    "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE",
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + ARRAY_CHECK,
                    "ALTER TABLE documents ALTER COLUMN embedding DROP NOT NULL");
            rename(connection, "", "_next");
            rename(connection, "_previous", "");
            StatusStore.save(connection, status.to(ReindexState.ROLLED_BACK, Rollback.UNFINISHED));
            event(connection, "reindex_rolled_back", status);
            connection.commit();
            return true;
        } catch (SQLException e) {
            if (busy(e)) {
                return false;
            }
            throw e;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    static boolean busy(SQLException e) {
        return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
    }

    /**
     * After a rollback: the constraints for what is written from now on; those of an interrupted call are replaced.
     *
     * @param dimension of arrays; 0 where there is none yet to say it
     */
    static void constrain(Connection connection, DocumentsTable table, int dimension) throws SQLException {
        transaction(
                connection,
                "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                "ALTER TABLE documents ADD CONSTRAINT " + PRESENT + " CHECK (embedding IS NOT NULL) NOT VALID");
        if (table.arrays() && dimension > 0) {
            transaction(
                    connection,
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + ARRAY_CHECK,
                    "ALTER TABLE documents ADD CONSTRAINT " + ARRAY_CHECK + " " + table.arrayCheck(dimension)
                            + " NOT VALID");
        }
    }

    /** Takes away what an interrupted {@link #constrain} left; false if the table was busy. */
    static boolean withoutConstraints(Connection connection) throws SQLException {
        try {
            transaction(
                    connection,
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + ARRAY_CHECK);
            return true;
        } catch (SQLException e) {
            if (busy(e)) {
                return false;
            }
            throw e;
        }
    }

    private static void transaction(Connection connection, String... statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            DocumentsTable.run(connection, LOCK_LIMIT);
            DocumentsTable.run(connection, statements);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void rename(Connection connection, String from, String to) throws SQLException {
        for (String column : List.of("embedding", "content_hash", "embedding_model")) {
            DocumentsTable.run(
                    connection, "ALTER TABLE documents RENAME COLUMN " + column + from + " TO " + column + to);
        }
        DocumentsTable.run(
                connection,
                "ALTER INDEX IF EXISTS documents_embedding" + from + "_hnsw_idx RENAME TO documents_embedding" + to
                        + "_hnsw_idx");
    }

    private static void event(Connection connection, String kind, ReindexStatus status) throws SQLException {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("run", status.aim().run());
        details.put("model", status.aim().model());
        details.put("dimension", status.aim().dimension());
        details.put("embedded", status.work().embedded());
        details.put("reused", status.work().reused());
        details.put(
                "comparison",
                status.comparison() == null ? "" : status.comparison().line());
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO drift_events (kind, severity, details, action_taken) VALUES (?, 'low', ?::jsonb, 'reindex')")) {
            insert.setString(1, kind);
            insert.setString(2, Json.write(details));
            insert.executeUpdate();
        }
    }
}
