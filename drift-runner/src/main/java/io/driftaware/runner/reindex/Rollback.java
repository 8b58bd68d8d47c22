package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Puts the old vectors back in use, while somebody else may be using the table. */
final class Rollback {
    private static final int MOST_TRIES = 30;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    private Rollback() {}

    /**
     * Renames back, and gives the old column its constraints unless documents without an old vector came meanwhile.
     *
     * @throws IllegalStateException if the table is never free
     */
    static ReindexStatus run(Connection connection, DocumentsTable table, ReindexStatus status)
            throws SQLException, InterruptedException {
        for (int tries = 0; !Swap.back(connection, table, status); tries++) {
            if (tries == MOST_TRIES) {
                throw new IllegalStateException(
                        "documents was in use all the time: end long transactions, then try again");
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
        long lacking = number(connection, "SELECT count(*) FROM documents WHERE embedding IS NULL");
        ReindexStatus back = status.to(ReindexState.ROLLED_BACK, lacking == 0 ? "" : lacking + LACKING);
        if (lacking == 0) {
            constrain(connection, table);
        }
        StatusStore.save(connection, back);
        return back;
    }

    private static final String LACKING =
            " documents were added since the swap and are not found: they have no vector of the old model";

    private static void constrain(Connection connection, DocumentsTable table) throws SQLException {
        DocumentsTable.run(
                connection,
                "ALTER TABLE documents ADD CONSTRAINT documents_embedding_present"
                        + " CHECK (embedding IS NOT NULL) NOT VALID");
        if (table.arrays()) {
            long dimension = number(
                    connection,
                    "SELECT COALESCE(max(cardinality(embedding)), 1) FROM"
                            + " (SELECT embedding FROM documents LIMIT 1) one");
            DocumentsTable.run(
                    connection,
                    "ALTER TABLE documents ADD CONSTRAINT documents_embedding_dim_check "
                            + table.arrayCheck((int) dimension) + " NOT VALID");
        }
        Swap.settle(connection, table);
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
