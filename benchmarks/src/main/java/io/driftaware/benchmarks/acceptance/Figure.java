package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.BaselineBounds;
import java.util.Locale;

/** A cell of a table. */
sealed interface Figure {

    String text();

    /** What a target is held against. */
    double value();

    /** The ends of the 95 % interval of Clopper and Pearson; an exact figure is its own interval. */
    default double low() {
        return value();
    }

    default double high() {
        return value();
    }

    /** A share of trials. */
    record Share(long hits, long trials) implements Figure {
        private static final double TAIL = 0.025;

        /** Checks the counts. */
        public Share {
            if (hits < 0 || hits > trials || trials < 1) {
                throw new IllegalArgumentException(hits + " of " + trials + " trials");
            }
        }

        @Override
        public double value() {
            return (double) hits / trials;
        }

        @Override
        public double low() {
            return 1 - BaselineBounds.rateAtMost(trials - hits, trials, TAIL);
        }

        @Override
        public double high() {
            return BaselineBounds.rateAtMost(hits, trials, TAIL);
        }

        @Override
        public String text() {
            return String.format(Locale.ROOT, "%.1f %% (%.1f to %.1f)", 100 * value(), 100 * low(), 100 * high());
        }
    }

    /** A number with its unit; NaN where there is none. */
    record Amount(double value, String unit) implements Figure {
        @Override
        public String text() {
            if (Double.isNaN(value)) {
                return "-";
            }
            String pattern = value == Math.rint(value) ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f";
            return String.format(Locale.ROOT, pattern, value) + (unit.isEmpty() ? "" : " " + unit);
        }
    }
}
