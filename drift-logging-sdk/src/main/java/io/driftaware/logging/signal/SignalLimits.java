package io.driftaware.logging.signal;

import java.time.Duration;
import java.util.Objects;

/**
 * What judging one exchange may cost.
 *
 * @param headCharacters how much of a text's beginning detectors see
 * @param tailCharacters how much of its end they see
 * @param timeBox how long a detector of the application's own may take for one exchange
 * @param pause how long such a detector is left alone after it took longer; doubled each time in a row, up to 64 times
 */
public record SignalLimits(int headCharacters, int tailCharacters, Duration timeBox, Duration pause) {
    /** 6,000 and 2,000 characters, 200 ms, 1 s. */
    public static final SignalLimits DEFAULT =
            new SignalLimits(6_000, 2_000, Duration.ofMillis(200), Duration.ofSeconds(1));

    private static final int MOST_CHARACTERS = 1_000_000;

    public SignalLimits {
        if (headCharacters < 1 || headCharacters > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "headCharacters is " + headCharacters + " and must be between 1 and " + MOST_CHARACTERS);
        }
        if (tailCharacters < 0 || tailCharacters > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "tailCharacters is " + tailCharacters + " and must be between 0 and " + MOST_CHARACTERS);
        }
        requireBetweenAMillisecondAndAnHour("timeBox", timeBox);
        requireBetweenAMillisecondAndAnHour("pause", pause);
    }

    private static void requireBetweenAMillisecondAndAnHour(String name, Duration value) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(name + " is " + value + " and must be between 1 ms and 1 h");
        }
    }
}
