package io.driftaware.runner.store;

import java.time.Duration;
import java.time.Instant;

/** Quarters of an hour, on the grid that every profile lies on. A bucket is named by its start in seconds since 1970. */
public final class Bucket {
    static final int SECONDS = 900;

    /** The length of a bucket. */
    public static final Duration LENGTH = Duration.ofSeconds(SECONDS);

    private static final long MICROS = SECONDS * 1_000_000L;
    /** PostgreSQL counts from the year 2000; a whole number of buckets after 1970. */
    private static final long EPOCH_OF_POSTGRES = 946_684_800L;

    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:45:00Z").getEpochSecond();

    private Bucket() {}

    /** The end of the bucket that an instant lies in; an instant on the grid stays where it is. */
    public static Instant roundUp(Instant instant) {
        Instant start = startOf(instant);
        return start.equals(instant) ? start : start.plus(LENGTH);
    }

    /** The start of the bucket that an instant lies in. */
    public static Instant startOf(Instant instant) {
        return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), SECONDS) * (long) SECONDS);
    }

    /** The bucket of a {@code timestamptz} in its binary form; infinity is outside {@link #isPlace}. */
    static long ofPostgres(long micros) {
        return Math.floorDiv(micros, MICROS) * SECONDS + EPOCH_OF_POSTGRES;
    }

    /** The instant of a {@code timestamptz} in its binary form. */
    static Instant instantOfPostgres(long micros) {
        return Instant.ofEpochSecond(EPOCH_OF_POSTGRES + Math.floorDiv(micros, 1_000_000L))
                .plusNanos(Math.floorMod(micros, 1_000_000L) * 1_000);
    }

    /** Whether there is such a time in the years 1 to 9999. */
    static boolean isPlace(long bucket) {
        return bucket >= FIRST && bucket <= LAST;
    }
}
