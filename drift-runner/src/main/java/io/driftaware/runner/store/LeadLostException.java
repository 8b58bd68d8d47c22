package io.driftaware.runner.store;

import java.sql.SQLException;

/** Another monitor leads: what was to be written is not. */
public final class LeadLostException extends SQLException {
    private static final long serialVersionUID = 1L;

    LeadLostException(String message) {
        super(message);
    }
}
