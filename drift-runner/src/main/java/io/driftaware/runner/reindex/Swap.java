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
            int before = ArrayCheck.LIVE.dimension(connection);
            rename(connection, "", "_previous");
            rename(connection, "_next", "");
            DocumentsTable.run(
                    connection,
                    "ALTER TABLE documents ALTER COLUMN embedding_previous DROP NOT NULL",
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                    "ALTER TABLE documents ADD CONSTRAINT " + PRESENT + " CHECK (embedding IS NOT NULL) NOT VALID");
            if (table.arrays()) {
                DocumentsTable.run(
                        connection,
                        "ALTER TABLE documents " + ArrayCheck.LIVE.drop(),
                        "ALTER TABLE documents "
                                + ArrayCheck.LIVE.add(status.aim().dimension()));
                if (before > 0) {
                    DocumentsTable.run(connection, "ALTER TABLE documents " + ArrayCheck.PREVIOUS.add(before));
                }
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
        if (ArrayCheck.LIVE.dimension(connection) > 0) {
            transaction(connection, "ALTER TABLE documents " + ArrayCheck.LIVE.validate());
        }
        transaction(connection, "ALTER TABLE documents VALIDATE CONSTRAINT " + PRESENT);
        transaction(
                connection,
                "ALTER TABLE documents ALTER COLUMN embedding SET NOT NULL",
                "ALTER TABLE documents DROP CONSTRAINT " + PRESENT);
    }

    static boolean settled(Connection connection) throws SQLException {
        return !has(connection, PRESENT);
    }

    /** Whether a document may be without a vector: a run, or a rollback, has opened the column and nobody closed it again. */
    static boolean open(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT NOT attnotnull FROM pg_attribute"
                        + " WHERE attrelid = 'documents'::regclass AND attname = 'embedding'");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
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
    static boolean back(Connection connection, ReindexStatus status) throws SQLException {
        connection.setAutoCommit(false);
        try {
            DocumentsTable.run(
                    connection,
                    LOCK_LIMIT,
                    "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE",
                    "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                    "ALTER TABLE documents " + ArrayCheck.LIVE.drop(),
                    "ALTER TABLE documents ALTER COLUMN embedding DROP NOT NULL");
            rename(connection, "", "_next");
            rename(connection, "_previous", "");
            // At once: a vector of the new model that came before it would keep the check from ever holding for all
            // rows.
            if (ArrayCheck.PREVIOUS.dimension(connection) > 0) {
                DocumentsTable.run(connection, "ALTER TABLE documents " + ArrayCheck.PREVIOUS.rename(ArrayCheck.LIVE));
            }
            // A later run may be under way that has not yet dropped the old vectors of the one before it.
            boolean underWay = !status.state().ended() && !status.state().swapped();
            String given = underWay ? Rollback.GIVEN_UP + "; " : "";
            StatusStore.save(connection, status.to(ReindexState.ROLLED_BACK, given + Rollback.UNFINISHED));
            event(connection, "reindex_rolled_back", status);
            if (underWay) {
                event(connection, "reindex_given_up", status);
            }
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

    /** After a rollback: no document without a vector from now on; the check of an interrupted call is replaced. */
    static void constrain(Connection connection) throws SQLException {
        transaction(
                connection,
                "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT,
                "ALTER TABLE documents ADD CONSTRAINT " + PRESENT + " CHECK (embedding IS NOT NULL) NOT VALID");
    }

    /** Takes away what an interrupted {@link #constrain} left; false if the table was busy. */
    static boolean withoutConstraint(Connection connection) throws SQLException {
        try {
            transaction(connection, "ALTER TABLE documents DROP CONSTRAINT IF EXISTS " + PRESENT);
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

    /** In the transaction of what it tells of. */
    static void event(Connection connection, String kind, ReindexStatus status) throws SQLException {
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
