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
    private static final String AGAIN = "run reindex rollback again";

    /** The status between the renames and the constraints. */
    static final String UNFINISHED = "the column embedding lacks its constraints: " + AGAIN;

    /** How the status begins where there was no swap to take back: a run under way, or one that had failed, was ended for good. */
    static final String GIVEN_UP = "the run was ended and given up";

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
        String message = status.standing().message();
        if (status.state() == ReindexState.ROLLED_BACK && !message.isEmpty() && !message.equals(GIVEN_UP)) {
            return true;
        }
        return !status.state().swapped() && Swap.open(connection);
    }

    /** Whether it came no further than the renames: a new run would cover that up, and the column stay open. */
    static boolean cutShort(ReindexStatus status) {
        return status.state() == ReindexState.ROLLED_BACK
                && status.standing().message().endsWith(AGAIN);
    }

    /**
     * Renames back, and gives the old column its constraints unless documents without an old vector came meanwhile.
     *
     * @throws IllegalStateException if the table is never free
     */
    static ReindexStatus run(Connection connection, ReindexStatus status) throws SQLException, InterruptedException {
        whenFree(() -> Swap.back(connection, status));
        return finish(connection, StatusStore.loaded(connection));
    }

    /**
     * What is left to do where no old vectors are kept: a run that is there yet is given up, a rollback goes on.
     *
     * @throws IllegalStateException if the table is never free
     */
    static ReindexStatus end(Connection connection, ReindexStatus status) throws SQLException, InterruptedException {
        if (status.state() != ReindexState.ROLLED_BACK) {
            giveUp(connection, status);
        }
        return finish(connection, StatusStore.loaded(connection));
    }

    private static void giveUp(Connection connection, ReindexStatus status) throws SQLException {
        connection.setAutoCommit(false);
        try {
            StatusStore.save(connection, status.to(ReindexState.ROLLED_BACK, GIVEN_UP + "; " + UNFINISHED));
            Swap.event(connection, "reindex_given_up", status);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /**
     * What follows the renames; may be repeated. It is over where the column has its constraints: that no document lacked a vector
     * when they were counted says nothing, since documents come and go meanwhile.
     */
    private static ReindexStatus finish(Connection connection, ReindexStatus status)
            throws SQLException, InterruptedException {
        boolean givenUp = status.standing().message().startsWith(GIVEN_UP);
        String amiss = constrain(connection, givenUp ? NOT_FOUND : NOT_FOUND_SINCE);
        String message = !givenUp ? amiss : amiss.isEmpty() ? GIVEN_UP : GIVEN_UP + "; " + amiss;
        ReindexStatus back = status.to(ReindexState.ROLLED_BACK, message);
        StatusStore.save(connection, back);
        return back;
    }

    /** Empty if the column has its constraints, else which documents cannot keep them. */
    private static String constrain(Connection connection, String notFound) throws SQLException, InterruptedException {
        for (boolean again = false; ; again = true) {
            long lacking = lacking(connection);
            if (lacking > 0) {
                if (!Swap.settled(connection)) {
                    // With the check that stands there, nobody could change these documents.
                    whenFree(() -> Swap.withoutConstraint(connection));
                }
                return lacking + notFound;
            }
            if (again) {
                String refused = ArrayCheck.LIVE.refused(connection);
                if (!refused.isEmpty()) {
                    return refused + ": give them one of the old model or delete them, then " + AGAIN;
                }
            }
            try {
                whenFree(() -> constrained(connection));
                return "";
            } catch (SQLException e) {
                if (!CHECK_VIOLATION.equals(e.getSQLState()) || again) {
                    throw e;
                }
                // It was deleted meanwhile, or has a vector of another dimension; the checks that stand there let no
                // other in.
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
