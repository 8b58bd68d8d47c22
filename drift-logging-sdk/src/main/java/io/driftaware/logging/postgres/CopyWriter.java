package io.driftaware.logging.postgres;

import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches through one connection, which it takes when there is something to write and keeps until
 * {@link #release()} or a failure. For one thread, except {@link #abort()}.
 *
 * @param <R> what a row is made from
 */
public final class CopyWriter<R> {
    private final DataSource dataSource;
    private final List<LogTable<R>> tables;
    private final CopyBuffer buffer = new CopyBuffer();
    private volatile @Nullable Session<R> session;
    private volatile boolean aborted;

    public CopyWriter(DataSource dataSource, List<LogTable<R>> tables) {
        this.dataSource = dataSource;
        this.tables = List.copyOf(tables);
    }

    /**
     * Writes all rows in one transaction, or none.
     *
     * @param rows must give the same rows again when a failed batch is repeated
     * @param mayBeThere whether an earlier attempt with these rows ended with its outcome unknown, or they were found to be
     *     there: each is then stored unless its {@code event_id} is
     * @throws WriteFailure when none of the rows is known to be stored
     */
    public void write(List<R> rows, boolean mayBeThere) throws WriteFailure {
        Session<R> current = connected();
        try {
            try {
                current.write(rows, buffer, mayBeThere);
            } catch (WriteFailure failure) {
                // A table that was altered under an open connection looks like bad data.
                if (failure.kind() != WriteFailure.Kind.ROW || !current.refreshLayouts()) {
                    throw failure;
                }
                current.write(rows, buffer, mayBeThere);
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

    private Session<R> connected() throws WriteFailure {
        Session<R> current = session;
        if (current == null) {
            current = Session.open(dataSource, tables);
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
        Session<R> current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    /** Ends a write that another thread is in, and refuses further ones. */
    public void abort() {
        aborted = true;
        Session<R> current = session;
        if (current != null) {
            current.abort();
        }
    }
}
