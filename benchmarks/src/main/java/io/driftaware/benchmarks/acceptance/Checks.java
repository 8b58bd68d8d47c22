package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.AlarmBudget;
import io.driftaware.core.sequential.Stratum;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;

/** Checks every 15 minutes, from a Monday on, at a budget of one false alarm in 600 days. */
final class Checks {
    static final int PER_DAY = 96;
    static final int THIRTY_DAYS = 30 * PER_DAY;

    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final Instant START = Instant.parse("2026-11-02T00:00:00Z");
    private static final double DAYS = 600;

    private Checks() {}

    static AlarmBudget budget(int sequences) {
        return new AlarmBudget(DAYS, sequences);
    }

    /** The evidence that is an alarm. */
    static double logAlarm(int sequences) {
        return budget(sequences).logAlarm(INTERVAL);
    }

    static Stratum stratum(int check) {
        return Stratum.of(START.plus(INTERVAL.multipliedBy(check)), ZoneOffset.UTC);
    }

    static boolean weekend(int check) {
        return stratum(check).ordinal() >= Stratum.WEEKEND_NIGHT.ordinal();
    }

    static long binomial(int rows, double rate, RandomGenerator random) {
        long events = 0;
        for (int i = 0; i < rows; i++) {
            events += random.nextDouble() < rate ? 1 : 0;
        }
        return events;
    }
}
