package io.driftaware.logging.postgres;

import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches through one connection, which it takes when there is something to write and keeps until
 * {@link #release()} or a failure. For one thread, except {@link #abort()}.
 */
public final class CopyWriter {
    private final DataSource dataSource;
    private final CopyBuffer buffer = new CopyBuffer();
    /** Written by the one thread, read by the one that aborts. */
    private volatile @Nullable Session session;

    private volatile boolean aborted;

    public CopyWriter(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Writes all rows in one transaction, or none.
     *
     * @param rows must give the same rows again when a failed batch is repeated
     * @param tables where they go; pass the same list again, for what the catalogue says of it is kept
     * @param mayBeThere whether an earlier attempt with these rows ended with its outcome unknown, or they were found to be
     *     there: each is then stored unless its {@code event_id} is
     * @param <R> what a row is made from
     * @throws WriteFailure when none of the rows is known to be stored
     */
    public <R> void write(List<R> rows, List<LogTable<R>> tables, boolean mayBeThere) throws WriteFailure {
        Session current = connected();
        try {
            try {
                current.write(rows, tables, buffer, mayBeThere);
            } catch (WriteFailure failure) {
                // A table that was altered under an open connection looks like bad data.
                if (failure.kind() != WriteFailure.Kind.ROW || !current.refreshLayouts(tables)) {
                    throw failure;
                }
                current.write(rows, tables, buffer, mayBeThere);
            }
        } catch (WriteFailure failure) {
            if (failure.kind() == WriteFailure.Kind.OUTAGE) {
                release();
            }
            throw failure;
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private Session connected() throws WriteFailure {
        Session current = session;
        if (current == null) {
            current = Session.open(dataSource);
            session = current;
        }
        if (aborted) {
            release();
            throw WriteFailure.outage("the logger was closed", null);
        }
        return current;
    }

    /** Gives the connection back; the next write takes another. */
    public void release() {
        Session current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    /** Ends a write that another thread is in, and refuses further ones. */
    public void abort() {
        aborted = true;
        Session current = session;
        if (current != null) {
            current.abort();
        }
    }
}
