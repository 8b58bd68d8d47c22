package io.driftaware.runner;

import java.time.Duration;

/**
 * How fast rows are read.
 *
 * @param rowsPerSecond at most, 0 for as fast as they can be read
 */
record Pace(int rowsPerSecond) {
    private static final long NANOS = 1_000_000_000L;

    /** Refuses a pace below zero. */
    Pace {
        if (rowsPerSecond < 0) {
            throw new IllegalArgumentException(
                    rowsPerSecond + " rows a second are none: give 1 or more, or leave it out");
        }
    }

    /** Rows of one transaction, at most: those of a second, so that the pace is kept in small steps. */
    int rowsAtOnce(int most) {
        return rowsPerSecond == 0 ? most : Math.min(most, rowsPerSecond);
    }

    /** How long to wait after so many rows, which took so long. */
    Duration pause(long rows, Duration took) {
        if (rowsPerSecond == 0) {
            return Duration.ZERO;
        }
        Duration whole = Duration.ofNanos(Math.multiplyExact(rows, NANOS) / rowsPerSecond);
        return whole.compareTo(took) > 0 ? whole.minus(took) : Duration.ZERO;
    }
}
