package io.driftaware.core.detect;

import java.util.Optional;

/** How many samples a window needs before a detector says anything about it. */
record Minimum(long samples) {

    static final Minimum DEFAULT = new Minimum(50);

    Minimum {
        if (samples < 2) {
            throw new IllegalArgumentException(
                    "minimum samples " + samples + " is below 2: set 2 or more, 50 is usual");
        }
    }

    /** Says that the recent window has too few, where it has. */
    Optional<Finding> missingRecent(String detector, String unit, long recent, long baseline) {
        return recent < samples
                ? Optional.of(insufficient(detector, "recent", unit, recent, recent, baseline))
                : Optional.empty();
    }

    /** Says which window has too few, where one has. */
    Optional<Finding> missing(String detector, String unit, long recent, long baseline) {
        return missingRecent(detector, unit, recent, baseline)
                .or(() -> baseline < samples
                        ? Optional.of(insufficient(detector, "baseline", unit, baseline, recent, baseline))
                        : Optional.empty());
    }

    private Finding insufficient(String detector, String window, String unit, long has, long recent, long baseline) {
        String reason = "the " + window + " window has " + has + " " + unit + ", " + samples + " are needed";
        return new Finding.Insufficient(detector, reason, recent, baseline, samples);
    }
}
