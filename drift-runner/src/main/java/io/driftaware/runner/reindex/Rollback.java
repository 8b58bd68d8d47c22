package io.driftaware.runner.reindex;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Puts the old vectors back in use, while somebody else may be using the table: first the renames, in one transaction, then the
 * constraints of the column that is in use again, which take as long as reading the table and so come without its lock. Who is
 * killed in between has said so in the status, and the next call goes on there.
 */
final class Rollback {
    /** The status between the renames and the constraints. */
    static final String UNFINISHED = "the column embedding lacks its constraints: run reindex rollback again";

    private static final String NOT_FOUND = " documents are not found: they have no vector of the old model";
    private static final String NOT_FOUND_SINCE =
            " documents were added since the swap and are not found: they have no vector of the old model";
    private static final int MOST_TRIES = 30;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final String CHECK_VIOLATION = "23514";

    private Rollback() {}

    /** A part that the table may be too busy for. */
    private interface Part {
        boolean done() throws SQLException;
    }

    /**
     * Whether there is something to end though no old vectors are kept: a rollback was stopped behind the renames, or documents had
     * no old vector then, or a run before its swap has opened the column and is given up by this.
     */
    static boolean toBeEnded(Connection connection, ReindexStatus status) throws SQLException {
        if (status.state() == ReindexState.ROLLED_BACK
                && !status.standing().message().isEmpty()) {
            return true;
        }
        return !status.state().swapped() && Swap.open(connection);
    }

    /** Whether it was stopped behind the renames: a new run would cover that up, and the column stay open. */
    static boolean cutShort(ReindexStatus status) {
        return status.state() == ReindexState.ROLLED_BACK
                && status.standing().message().equals(UNFINISHED);
    }

    /**
     * Renames back, and gives the old column its constraints unless documents without an old vector came meanwhile.
     *
     * @throws IllegalStateException if the table is never free
     */
    static ReindexStatus run(Connection connection, ReindexStatus status) throws SQLException, InterruptedException {
        whenFree(() -> Swap.back(connection, status));
        return finish(connection, status);
    }

    /**
     * What follows the renames; may be repeated. It is over where the column has its constraints: that no document lacked a vector
     * when they were counted says nothing, since documents come and go meanwhile.
     *
     * @throws IllegalStateException if the table is never free
     */
    static ReindexStatus finish(Connection connection, ReindexStatus status) throws SQLException, InterruptedException {
        long lacking = lacking(connection);
        if (lacking == 0) {
            lacking = constrain(connection);
        }
        if (lacking > 0 && !Swap.settled(connection)) {
            // With the check that stands there, nobody could change these documents.
            whenFree(() -> Swap.withoutConstraint(connection));
        }
        ReindexStatus back = status.to(ReindexState.ROLLED_BACK, lacking == 0 ? "" : lacking + notFound(status));
        StatusStore.save(connection, back);
        return back;
    }

    /** A run that was given up had no swap. */
    private static String notFound(ReindexStatus status) {
        boolean swapped = status.state() == ReindexState.ROLLED_BACK
                ? !status.standing().message().endsWith(NOT_FOUND)
                : status.state().swapped();
        return swapped ? NOT_FOUND_SINCE : NOT_FOUND;
    }

    /** Zero if the column has its constraints, else how many documents came meanwhile that cannot keep them. */
    private static long constrain(Connection connection) throws SQLException, InterruptedException {
        for (boolean again = false; ; again = true) {
            try {
                whenFree(() -> constrained(connection));
                return 0;
            } catch (SQLException e) {
                if (!CHECK_VIOLATION.equals(e.getSQLState())) {
                    throw e;
                }
                long lacking = lacking(connection);
                if (lacking > 0) {
                    return lacking;
                }
                if (again) {
                    throw e;
                }
                // It was deleted meanwhile, and the check that stands there now lets no other in.
            }
        }
    }

    private static void whenFree(Part part) throws SQLException, InterruptedException {
        for (int tries = 0; !part.done(); tries++) {
            if (tries == MOST_TRIES) {
                throw new IllegalStateException(
                        "documents was in use all the time: end long transactions, then try again");
            }
            Thread.sleep(BETWEEN_TRIES.toMillis());
        }
    }

    /** False if the table was busy. */
    private static boolean constrained(Connection connection) throws SQLException {
        try {
            Swap.constrain(connection);
            Swap.settle(connection);
            return true;
        } catch (SQLException e) {
            if (Swap.busy(e)) {
                return false;
            }
            throw e;
        }
    }

    private static long lacking(Connection connection) throws SQLException {
        return number(connection, "SELECT count(*) FROM documents WHERE embedding IS NULL");
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
