package io.driftaware.core.sequential;

import java.util.Collection;
import java.util.List;

/**
 * How much values of one batch go together beyond their mean: the intraclass correlation in batches of unequal size, by the
 * analysis of variance (Donner, "A review of inference procedures for the intraclass correlation coefficient in the one-way
 * random effects model", 1986). Values are 0 or 1 for events, or scores. Rows of one conversation, or a burst of one topic,
 * make it positive, and with it the variance of a batch of n is 1 + (n - 1) icc times that of independent rows. Mutable, for
 * one thread.
 */
public final class BatchCorrelation {
    private long batches;
    private double rows;
    private double sum;
    private double squares;
    private double squaredRows;
    private double squaredSumPerRow;

    /** Adds a batch of rows of which some are events; one without rows says nothing. */
    public void add(long events, long rows) {
        StratumCounts.requirePossible(events, rows);
        add(rows, events, events);
    }

    /** Adds a batch of values by their number, sum and sum of squares. */
    void add(long values, double ofValues, double ofSquares) {
        if (values > 0) {
            batches++;
            rows += values;
            sum += ofValues;
            squares += ofSquares;
            squaredRows += (double) values * values;
            squaredSumPerRow += ofValues * ofValues / values;
        }
    }

    /** 0 to 1; 0 where too little is known, or where batches differ less than chance would make them. */
    public double estimate() {
        return within(List.of(this));
    }

    /** The same over several kinds of batches, each with a mean of its own: what differs between kinds does not count. */
    static double within(Collection<BatchCorrelation> kinds) {
        double between = 0;
        double betweenFreedom = 0;
        double within = 0;
        double withinFreedom = 0;
        double usualSize = 0;
        for (BatchCorrelation kind : kinds) {
            if (kind.batches > 0) {
                between += kind.squaredSumPerRow - kind.sum * kind.sum / kind.rows;
                betweenFreedom += kind.batches - 1;
                within += kind.squares - kind.squaredSumPerRow;
                withinFreedom += kind.rows - kind.batches;
                usualSize += kind.rows - kind.squaredRows / kind.rows;
            }
        }
        if (betweenFreedom < 1 || withinFreedom < 1) {
            return 0;
        }
        double meanSquareBetween = between / betweenFreedom;
        double meanSquareWithin = within / withinFreedom;
        double total = meanSquareBetween + (usualSize / betweenFreedom - 1) * meanSquareWithin;
        return total <= 0 ? 0 : Math.max(0, Math.min(1, (meanSquareBetween - meanSquareWithin) / total));
    }

    /** How many rows the batch of a row has on average over the rows, at least 1. */
    static double usualBatch(Collection<BatchCorrelation> kinds) {
        double rows = 0;
        double squaredRows = 0;
        for (BatchCorrelation kind : kinds) {
            rows += kind.rows;
            squaredRows += kind.squaredRows;
        }
        return rows == 0 ? 1 : squaredRows / rows;
    }

    /**
     * What the logarithm of a batch's e-value is divided by.
     *
     * @param correlation 0 to 1
     * @param rows of the batch
     * @return 1 + (rows - 1) correlation, at least 1
     */
    public static double designEffect(double correlation, double rows) {
        if (!(correlation >= 0 && correlation <= 1)) {
            throw new IllegalArgumentException("correlation = " + correlation + " is not from 0 to 1");
        }
        return rows < 1 ? 1 : 1 + (rows - 1) * correlation;
    }
}
