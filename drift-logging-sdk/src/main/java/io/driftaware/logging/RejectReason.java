package io.driftaware.logging;

import java.util.Locale;

/** Why an event was refused before it was accepted. The names in lower case are part of the API: see {@link LoggerStats}. */
enum RejectReason {
    MISSING_EVENT,
    MISSING_VECTOR,
    MISSING_INTERACTION_ID,
    WRONG_DIMENSION,
    NOT_FINITE,
    ZERO_VECTOR,
    SCORE_NOT_FINITE,
    SCORE_OUT_OF_RANGE,
    NUMBER_OUT_OF_RANGE,
    TIMESTAMP_OUT_OF_RANGE,
    METADATA_NOT_JSON,
    TOO_LARGE,
    CLOSED,
    INTERNAL_ERROR;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
