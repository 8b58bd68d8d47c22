package io.driftaware.logging;

import java.util.Locale;

/** Why an accepted event is stored without its texts. */
enum WithholdReason {
    REDACTION_FAILED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
