package io.driftaware.logging;

import java.util.Locale;

/** Why an accepted event is lost. The names in lower case are part of the API: see {@link LoggerStats}. */
enum DropReason {
    QUEUE_FULL,
    SPOOL_FULL,
    SHED,
    SPOOL_DAMAGED,
    POISON,
    CLOSED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
