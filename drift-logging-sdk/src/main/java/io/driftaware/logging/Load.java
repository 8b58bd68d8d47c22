package io.driftaware.logging;

import io.driftaware.logging.postgres.CopyWriter;
import io.driftaware.logging.postgres.WriteFailure;

/** Events that the writer took together, from the queue or from the spool. They are settled in their order. */
interface Load {
    int size();

    /** Whether some may be stored already. */
    boolean mayBeThere();

    /** Writes a range of them in one transaction, or none. */
    void write(CopyWriter database, int from, int to, boolean mayBeThere) throws WriteFailure;

    /** The next ones, up to {@code to}, are committed. */
    void written(int to);

    /** The database refuses the next one. */
    void refused(String reason);
}
