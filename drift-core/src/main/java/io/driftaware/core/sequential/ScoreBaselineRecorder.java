package io.driftaware.core.sequential;

import java.util.List;

/**
 * Collects a {@link ScoreBaseline} from batches of scores that came together, such as those of a quarter of an hour. Mutable,
 * for one thread.
 */
public final class ScoreBaselineRecorder {
    private final BatchCorrelation correlation = new BatchCorrelation();
    private long count;
    private long sum;
    private long squares;

    /**
     * Adds a batch; one without scores says nothing.
     *
     * @param hundredths how many scores there are of 0.00, 0.01 to 1.00: {@link MeanFall#HUNDREDTHS} counts
     */
    public void add(long[] hundredths) {
        long batchCount = MeanFall.count(hundredths);
        long batchSum = 0;
        long batchSquares = 0;
        for (int i = 0; i < hundredths.length; i++) {
            batchSum = Math.addExact(batchSum, Math.multiplyExact(hundredths[i], i));
            batchSquares = Math.addExact(batchSquares, Math.multiplyExact(hundredths[i], i * i));
        }
        count = Math.addExact(count, batchCount);
        sum = Math.addExact(sum, batchSum);
        squares = Math.addExact(squares, batchSquares);
        correlation.add(batchCount, batchSum / 100.0, batchSquares / 10_000.0);
    }

    /** Scores so far. */
    public long count() {
        return count;
    }

    /**
     * The baseline of what has been added so far.
     *
     * @throws IllegalArgumentException if that is fewer than two scores
     */
    public ScoreBaseline snapshot() {
        double mean = count == 0 ? 0 : sum / 100.0 / count;
        double deviations = squares / 10_000.0 - count * mean * mean;
        double variance = count < 2 ? 0 : Math.max(0, deviations / (count - 1));
        return new ScoreBaseline(
                count, mean, variance, correlation.estimate(), BatchCorrelation.usualBatch(List.of(correlation)));
    }
}
