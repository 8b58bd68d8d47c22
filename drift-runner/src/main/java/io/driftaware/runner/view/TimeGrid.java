package io.driftaware.runner.view;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time in equal steps that people read easily, each a whole number of the buckets that profiles are kept in.
 *
 * @param from start
 * @param to end
 * @param seconds of a step
 */
record TimeGrid(Instant from, Instant to, long seconds) {
    private static final long[] STEPS = {
        900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_419_200
    };

    /** The finest grid with at most so many steps. */
    static TimeGrid of(Instant from, Instant to, int most) {
        long length = Duration.between(from, to).toSeconds();
        for (long step : STEPS) {
            if (length <= step * most) {
                return new TimeGrid(from, to, step);
            }
        }
        return new TimeGrid(from, to, Math.max(STEPS[STEPS.length - 1], length / most + 1));
    }

    /** Start of the step that an instant lies in. */
    long start(long epochSecond) {
        return Math.floorDiv(epochSecond, seconds) * seconds;
    }
}
