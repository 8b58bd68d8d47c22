package io.driftaware.core.detect;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a detector found: a comparison, or that there is too little data for one. */
public sealed interface Finding permits Finding.Compared, Finding.Insufficient {

    /** The detector that found it. */
    String detector();

    /** Rows of the recent window that could be used. */
    long recentSamples();

    /** Rows of the baseline window that could be used. */
    long baselineSamples();

    /**
     * A comparison that had enough data.
     *
     * @param detector the detector's name
     * @param value the size of the effect, finite, in the unit of the threshold
     * @param threshold the configured limit
     * @param exceeded whether the value is beyond the limit, by the detector's own rule
     * @param recentSamples rows of the recent window that were used
     * @param baselineSamples rows of the baseline window that were used
     * @param details further numbers by name, all finite
     */
    record Compared(
            String detector,
            double value,
            double threshold,
            boolean exceeded,
            long recentSamples,
            long baselineSamples,
            SortedMap<String, Double> details)
            implements Finding {

        /** Checks the values and takes a copy of the details. */
        public Compared {
            requireNamed(detector);
            requireSamples(recentSamples, baselineSamples);
            requireFinite("value", value);
            requireFinite("threshold", threshold);
            details.forEach(Compared::requireFinite);
            details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
        }

        private static void requireFinite(String name, double number) {
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException(name + " " + number + " is not finite");
            }
        }
    }

    /**
     * Too little data for a comparison, which is not the same as no drift.
     *
     * @param detector the detector's name
     * @param reason one sentence that names what is missing
     * @param recentSamples rows of the recent window that could be used
     * @param baselineSamples rows of the baseline window that could be used
     * @param needed rows that each compared window should have before it is worth looking again
     */
    record Insufficient(String detector, String reason, long recentSamples, long baselineSamples, long needed)
            implements Finding {

        /** Checks the values. */
        public Insufficient {
            requireNamed(detector);
            requireSamples(recentSamples, baselineSamples);
            if (reason.isBlank()) {
                throw new IllegalArgumentException("a reason is missing: say what data is missing");
            }
            if (needed < 1) {
                throw new IllegalArgumentException("needed " + needed + " is not at least 1");
            }
        }
    }

    private static void requireNamed(String detector) {
        if (detector.isBlank()) {
            throw new IllegalArgumentException("the detector's name is blank");
        }
    }

    private static void requireSamples(long recent, long baseline) {
        if (recent < 0 || baseline < 0) {
            throw new IllegalArgumentException(
                    "sample sizes must not be negative, got recent " + recent + ", baseline " + baseline);
        }
    }
}
