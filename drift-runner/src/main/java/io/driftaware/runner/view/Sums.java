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

    private final boolean scores;
    private long seconds;
    private long rows;
    private double sum;
    private double squares;

    private Sums(boolean scores) {
        this.scores = scores;
    }

    static Sums ofFlags() {
        return new Sums(false);
    }

    static Sums ofScores() {
        return new Sums(true);
    }

    void add(FlagCounts flags, long length) {
        add(flags.known(), flags.flagged(), 0, length);
    }

    void add(FeedbackCounts feedback, long length) {
        if (feedback.count() > 0) {
            double total = feedback.sum().doubleValue();
            double spread = feedback.variance().orElse(0) * (feedback.count() - 1);
            add(feedback.count(), total, spread + total * total / feedback.count(), length);
        }
    }

    void add(long moreRows, double moreSum, double moreSquares, long length) {
        rows += moreRows;
        sum += moreSum;
        squares += moreSquares;
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
        double[] band = scores ? aroundMean(value) : wilson(value);
        return new Point(start, Math.max(step, seconds), rows, value, band[0], band[1]);
    }

    /** The score interval of a share (Wilson, "Probable inference, the law of succession, and statistical inference", 1927). */
    private double[] wilson(double share) {
        double z2 = Z * Z / rows;
        double middle = (share + z2 / 2) / (1 + z2);
        double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / rows + z2 / (4 * rows));
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }

    /** By the normal approximation; a single score says nothing of its spread. */
    private double[] aroundMean(double mean) {
        if (rows < 2) {
            return new double[] {Math.min(0, mean), Math.max(1, mean)};
        }
        double variance = Math.max(0, squares - sum * sum / rows) / (rows - 1);
        double half = Z * Math.sqrt(variance / rows);
        return new double[] {Math.max(Math.min(0, mean), mean - half), Math.min(Math.max(1, mean), mean + half)};
    }
}
