package io.driftaware.benchmarks.signals;

import io.driftaware.core.sequential.BaselineBounds;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Counts of a binary decision.
 *
 * @param hits flagged, and rightly
 * @param missed not flagged, and wrongly
 * @param wrong flagged, and wrongly
 * @param right not flagged, and rightly
 */
record Quality(long hits, long missed, long wrong, long right) {
    private static final double TAIL = 0.025;
    private static final int RESAMPLES = 2_000;

    static Quality of(List<Judged> judged) {
        long hits = judged.stream().filter(Judged::isHit).count();
        long positive = judged.stream().filter(j -> j.labelled().isPositive()).count();
        long flagged = judged.stream().filter(Judged::isFlagged).count();
        return new Quality(hits, positive - hits, flagged - hits, judged.size() - positive - flagged + hits);
    }

    double f1() {
        return hits == 0 ? 0 : 2.0 * hits / (2 * hits + missed + wrong);
    }

    double precision() {
        return (double) hits / Math.max(1, hits + wrong);
    }

    String precisionText() {
        return share(hits, hits + wrong);
    }

    String recallText() {
        return share(hits, hits + missed);
    }

    /** A share with its 95 % interval of Clopper and Pearson. */
    static String share(long hits, long of) {
        if (of == 0) {
            return "-";
        }
        return text(
                (double) hits / of,
                1 - BaselineBounds.rateAtMost(of - hits, of, TAIL),
                BaselineBounds.rateAtMost(hits, of, TAIL));
    }

    /** F1 with its 95 % interval by bootstrap (percentiles, 2,000 samples of the texts, seed 1). */
    static String f1Text(List<Judged> judged) {
        SplittableRandom random = new SplittableRandom(1);
        double[] values = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            long hits = 0;
            long missed = 0;
            long wrong = 0;
            for (int k = 0; k < judged.size(); k++) {
                Judged drawn = judged.get(random.nextInt(judged.size()));
                hits += drawn.isHit() ? 1 : 0;
                missed += drawn.labelled().isPositive() && !drawn.isFlagged() ? 1 : 0;
                wrong += !drawn.labelled().isPositive() && drawn.isFlagged() ? 1 : 0;
            }
            values[i] = new Quality(hits, missed, wrong, 0).f1();
        }
        Arrays.sort(values);
        return text(of(judged).f1(), values[(int) (RESAMPLES * TAIL)], values[(int) (RESAMPLES * (1 - TAIL))]);
    }

    private static String text(double value, double low, double high) {
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", value, low, high);
    }
}
