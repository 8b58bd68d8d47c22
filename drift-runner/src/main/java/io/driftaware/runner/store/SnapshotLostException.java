package io.driftaware.runner.store;

import java.sql.SQLException;

/** The snapshot is gone, with whatever was still to be read from it: usually the connection broke. */
public final class SnapshotLostException extends SQLException {
    private static final long serialVersionUID = 1L;

    SnapshotLostException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause);
    }
}
