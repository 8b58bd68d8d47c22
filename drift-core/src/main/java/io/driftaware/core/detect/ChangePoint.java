package io.driftaware.core.detect;

import java.util.OptionalInt;

/**
 * When a stream most likely left its usual level, once it is known that it did: the batch from which on the likelihood of a
 * level of its own is greatest against the usual one (Hinkley, "Inference about the change-point in a sequence of random
 * variables", Biometrika 57, 1970). An estimate to look at, not a test: of a stream that has not changed it names any batch.
 * Linear in the batches.
 */
public final class ChangePoint {
    private static final double LEAST_RATE = 1e-6;

    private ChangePoint() {}

    /**
     * Of a rate that has risen.
     *
     * @param events by batch, oldest first
     * @param rows of the same batches, none fewer than its events
     * @param usual rate before, 0 to 1
     * @return index of the first batch after the change; empty where no end of the series lies above the usual rate
     */
    public static OptionalInt ofRise(long[] events, long[] rows, double usual) {
        requireSameLength(events.length, rows.length);
        if (!(usual >= 0 && usual <= 1)) {
            throw new IllegalArgumentException("usual rate " + usual + " is not 0 to 1");
        }
        double before = Math.min(1 - LEAST_RATE, Math.max(LEAST_RATE, usual));
        long hits = 0;
        long all = 0;
        double greatest = 0;
        OptionalInt first = OptionalInt.empty();
        for (int i = rows.length - 1; i >= 0; i--) {
            if (events[i] < 0 || events[i] > rows[i]) {
                throw new IllegalArgumentException(events[i] + " events of " + rows[i] + " rows in batch " + i);
            }
            hits += events[i];
            all += rows[i];
            double rate = all == 0 ? 0 : (double) hits / all;
            double gain = rate > before ? all * divergence(rate, before) : 0;
            if (rows[i] > 0 && gain > greatest) {
                greatest = gain;
                first = OptionalInt.of(i);
            }
        }
        return first;
    }

    /**
     * Of a mean that has fallen.
     *
     * @param sums by batch, oldest first
     * @param counts of the same batches
     * @param usual mean before
     * @return index of the first batch after the change; empty where no end of the series lies below the usual mean
     */
    public static OptionalInt ofFall(double[] sums, long[] counts, double usual) {
        requireSameLength(sums.length, counts.length);
        double sum = 0;
        long count = 0;
        double greatest = 0;
        OptionalInt first = OptionalInt.empty();
        for (int i = counts.length - 1; i >= 0; i--) {
            sum += sums[i];
            count += counts[i];
            double fall = count == 0 ? 0 : usual - sum / count;
            double gain = fall > 0 ? count * fall * fall : 0;
            if (counts[i] > 0 && gain > greatest) {
                greatest = gain;
                first = OptionalInt.of(i);
            }
        }
        return first;
    }

    /** Of Bernoulli's distributions, in nats. */
    private static double divergence(double rate, double before) {
        double up = rate * StrictMath.log(rate / before);
        return rate < 1 ? up + (1 - rate) * StrictMath.log((1 - rate) / (1 - before)) : up;
    }

    private static void requireSameLength(int one, int other) {
        if (one != other) {
            throw new IllegalArgumentException(one + " and " + other + " batches are not the same");
        }
    }
}
