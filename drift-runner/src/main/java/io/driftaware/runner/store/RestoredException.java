package io.driftaware.runner.store;

import java.sql.SQLException;

/** The database is a copy in another cluster: the transaction ids in its logs say nothing here. */
public final class RestoredException extends SQLException {
    private static final long serialVersionUID = 1L;

    RestoredException(String found) {
        super("this database was restored into another cluster (" + found
                + "), so which rows were read already cannot be"
                + " told from their transaction ids; nothing is read until it is anchored anew: run doctor --rebase"
                + " as a user who may update the logs");
    }
}
