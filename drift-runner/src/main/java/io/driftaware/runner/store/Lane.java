package io.driftaware.runner.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Takes the rows of one kind into profiles, apart from the other kinds: one that fails does not keep them back. */
interface Lane {
    /** What fails if it fails. */
    Set<WatchedStream> streams();

    /** Whose checkpoints it moves. */
    Set<Checkpoints.Reader> readers();

    /** Whether there may be something to do, though no log has anything new. */
    default boolean hasMore(Connection connection) throws SQLException {
        return false;
    }

    /**
     * Reads the next rows into profiles and moves the cursor behind them, in the caller's transaction. Bounded in rows and
     * in memory.
     *
     * @param checkpoints locked
     * @param horizon rows of transactions from here on are left alone
     * @param tally counts the fresh ones
     */
    Passed pass(Connection connection, Checkpoints checkpoints, long horizon, TallyCounter tally) throws SQLException;

    /**
     * How a pass went.
     *
     * @param rows that were read
     * @param more whether there may be more
     */
    record Passed(long rows, boolean more) {}
}
