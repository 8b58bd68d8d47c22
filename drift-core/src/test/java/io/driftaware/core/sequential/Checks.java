package io.driftaware.core.sequential;

/** Checks as a monitor makes them. */
final class Checks {
    private Checks() {}

    /** Counts that lie in one stratum. */
    static StratumCounts of(long events, long rows) {
        return StratumCounts.of(Stratum.WEEKDAY_MORNING, events, rows);
    }

    /** Scores by hundredths. */
    static long[] scores(double... scores) {
        long[] hundredths = new long[MeanFall.HUNDREDTHS];
        for (double score : scores) {
            hundredths[(int) Math.round(score * 100)]++;
        }
        return hundredths;
    }
}
