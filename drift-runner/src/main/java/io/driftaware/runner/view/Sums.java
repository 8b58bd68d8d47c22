package io.driftaware.runner.view;

import io.driftaware.core.profile.FeedbackCounts;
import io.driftaware.core.profile.FlagCounts;
import io.driftaware.runner.view.Series.Point;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a stretch of time holds of a stream: events of rows, or scores. */
final class Sums {
    /** Two-sided 95 % of the normal distribution. */
    private static final double Z = 1.959964;

    private long seconds;
    private long rows;
    private double sum;

    void add(FlagCounts flags, long length) {
        add(flags.known(), flags.flagged(), length);
    }

    void add(FeedbackCounts feedback, long length) {
        if (feedback.count() > 0) {
            add(feedback.count(), feedback.sum().doubleValue(), length);
        }
    }

    void add(long moreRows, double moreSum, long length) {
        rows += moreRows;
        sum += moreSum;
        seconds = Math.max(seconds, length);
    }

    long rows() {
        return rows;
    }

    /** Events, or the sum of the scores. */
    double sum() {
        return sum;
    }

    /** Null without rows. */
    @Nullable
    Point at(Instant start, long step) {
        if (rows == 0) {
            return null;
        }
        double value = sum / rows;
        double[] band = wilson(Math.min(1, Math.max(0, value)));
        // Scores beyond 0 to 1 are no such scores; what they came to is shown all the same.
        return new Point(
                start, Math.max(step, seconds), rows, value, Math.min(band[0], value), Math.max(band[1], value));
    }

    /**
     * The score interval of a share (Wilson, "Probable inference, the law of succession, and statistical inference", 1927), and of
     * the mean of scores from 0 to 1: none of the same mean vary more than those that are all 0 or 1. So it is never too narrow
     * for how they vary, and has a width even where they are all the same.
     */
    private double[] wilson(double share) {
        double z2 = Z * Z / rows;
        double middle = (share + z2 / 2) / (1 + z2);
        double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / rows + z2 / (4 * rows));
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }
}
