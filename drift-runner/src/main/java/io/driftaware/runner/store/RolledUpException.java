package io.driftaware.runner.store;

import java.sql.SQLException;

/** Quarters of an hour were asked for, of days that are kept as one profile each. */
public final class RolledUpException extends SQLException {
    private static final long serialVersionUID = 1L;

    RolledUpException(String message) {
        super(message);
    }
}
