package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Makes the shadow columns, unless an earlier run to the same model left them, and the index of what is left to do. */
final class Preparing {
    private final IndexBuild indexes;
    private final boolean newDocuments;

    /** {@code newDocuments}: some may come, and a new document has no vector of the old model. */
    Preparing(IndexBuild indexes, boolean newDocuments) {
        this.indexes = indexes;
        this.newDocuments = newDocuments;
    }

    /** Whether all is there; if not, the index is being built from now on. */
    boolean ready(Connection connection, ReindexStatus.Aim aim, DocumentsTable table) throws SQLException {
        boolean other = table.shadow() >= 0 && !shadowIsOf(connection, aim, table);
        DocumentsTable.run(connection, "SET lock_timeout = '1s'");
        try {
            if (other) {
                DocumentsTable.dropColumns(connection, "_next");
            }
            if (table.previous()) {
                DocumentsTable.dropColumns(connection, "_previous");
            }
            // Only once: an ALTER that waits for its lock holds up the index build, and the searches behind it.
            if (other || table.shadow() < 0) {
                DocumentsTable.run(
                        connection,
                        "ALTER TABLE documents ADD COLUMN IF NOT EXISTS embedding_next " + table.type(aim.dimension())
                                + ", ADD COLUMN IF NOT EXISTS content_hash_next text"
                                + ", ADD COLUMN IF NOT EXISTS embedding_model_next text"
                                + ", ALTER COLUMN embedding_next SET STORAGE EXTERNAL"
                                + (newDocuments ? ", " + forNewDocuments(connection) : ""));
            } else if (newDocuments && refusesNull(connection)) {
                DocumentsTable.run(connection, "ALTER TABLE documents " + forNewDocuments(connection));
            }
        } finally {
            DocumentsTable.run(connection, "RESET lock_timeout");
        }
        return indexes.ready(connection, DocumentsTable.PENDING_INDEX, DocumentsTable.createPendingIndex());
    }

    /** The column may be without a vector, and still have none of another dimension. */
    private static String forNewDocuments(Connection connection) throws SQLException {
        int dimension = ArrayCheck.LIVE.dimension(connection);
        return "ALTER COLUMN embedding DROP NOT NULL, DROP CONSTRAINT IF EXISTS " + Swap.PRESENT
                + (dimension > 0 ? ", " + ArrayCheck.LIVE.drop() + ", " + ArrayCheck.LIVE.add(dimension) : "");
    }

    private static boolean refusesNull(Connection connection) throws SQLException {
        return !Swap.open(connection) || !Swap.settled(connection) || ArrayCheck.LIVE.refusesNull(connection);
    }

    private static boolean shadowIsOf(Connection connection, ReindexStatus.Aim aim, DocumentsTable table)
            throws SQLException {
        if (table.shadow() != aim.dimension() && !table.arrays()) {
            return false;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT NOT EXISTS (SELECT FROM documents WHERE embedding_model_next <> ?)")) {
            select.setString(1, aim.model());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
