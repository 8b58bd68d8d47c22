package io.driftaware.core.sequential;

/**
 * How much events of one batch go together beyond their rate: the intraclass correlation of 0/1 values in batches of
 * unequal size, by the analysis of variance (Donner, "A review of inference procedures for the intraclass correlation
 * coefficient in the one-way random effects model", 1986). Rows of one conversation, or a burst of one topic, make it positive,
 * and with it the variance of a batch of n is 1 + (n - 1) icc times that of independent rows.
 */
public final class BatchCorrelation {
    private long batches;
    private double rows;
    private double events;
    private double squaredRows;
    private double squaredEventsPerRow;

    /** Adds a batch; one without rows says nothing. */
    public void add(long events, long rows) {
        if (events < 0 || events > rows) {
            throw new IllegalArgumentException(events + " events in " + rows + " rows");
        }
        if (rows > 0) {
            batches++;
            this.rows += rows;
            this.events += events;
            squaredRows += (double) rows * rows;
            squaredEventsPerRow += (double) events * events / rows;
        }
    }

    /** 0 to 1; 0 where too little is known, or where batches differ less than chance would make them. */
    public double estimate() {
        double within = rows - batches;
        if (batches < 2 || within < 1 || events == 0 || events == rows) {
            return 0;
        }
        double meanSquareBetween = (squaredEventsPerRow - events * events / rows) / (batches - 1);
        double meanSquareWithin = (events - squaredEventsPerRow) / within;
        double usualSize = (rows - squaredRows / rows) / (batches - 1);
        double total = meanSquareBetween + (usualSize - 1) * meanSquareWithin;
        return total <= 0 ? 0 : Math.max(0, Math.min(1, (meanSquareBetween - meanSquareWithin) / total));
    }

    /**
     * What the logarithm of a batch's e-value is divided by.
     *
     * @param correlation 0 to 1
     * @param rows of the batch
     * @return 1 + (rows - 1) correlation, at least 1
     */
    public static double designEffect(double correlation, long rows) {
        if (!(correlation >= 0 && correlation <= 1)) {
            throw new IllegalArgumentException("correlation = " + correlation + " is not from 0 to 1");
        }
        return rows < 1 ? 1 : 1 + (rows - 1) * correlation;
    }
}
