package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.detect.CentroidShift;
import io.driftaware.core.detect.Finding;
import io.driftaware.core.detect.WindowVerdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What each rule says of a window: the verdict as evidence alone and with its effect gate, today's rules, the dummies. */
final class WindowRules {
    static final String AT_05 = "evidence, p < .05";
    static final String AT_01 = "evidence, p < .01";
    static final String GATED_05 = "with effect gate, .05";
    static final String GATED_01 = "with effect gate, .01";
    static final String INSUFFICIENT = "Insufficient";
    static final String ALWAYS = "always-fire";
    static final String NEVER = "never-fire";

    private static final double CLASSIC_LIMIT = 0.1;

    private final WindowVerdict verdict;

    WindowRules(WindowVerdict verdict) {
        this.verdict = verdict;
    }

    static WindowRules usual() {
        return new WindowRules(WindowVerdict.withDefaults());
    }

    /** By rule, in the order of the columns. */
    Map<String, Boolean> fired(Subject subject, Subject.Window window) {
        return fired(subject, window, verdict.compare(window.buckets(), subject.baseline()));
    }

    /** The same of a window of one day, with what is known of its part of the week. */
    Map<String, Boolean> fired(Subject subject, Subject.Window window, Instant day) {
        return fired(subject, window, verdict.compare(window.on(day), subject.baseline()));
    }

    private static Map<String, Boolean> fired(Subject subject, Subject.Window window, Finding finding) {
        Map<String, Boolean> fired = new LinkedHashMap<>();
        double p = 1;
        boolean exceeded = false;
        if (finding instanceof Finding.Compared compared) {
            p = compared.details().getOrDefault(WindowVerdict.P_VALUE, Double.NaN);
            exceeded = compared.exceeded();
        }
        fired.put(AT_05, p < 0.05);
        fired.put(AT_01, p < 0.01);
        fired.put(GATED_05, exceeded && p < 0.05);
        fired.put(GATED_01, exceeded && p < 0.01);
        fired.put(INSUFFICIENT, finding instanceof Finding.Insufficient);
        fired.put(
                "cosine > .1",
                CentroidShift.cosineDistance(window.classic(), subject.before()).orElse(0) > CLASSIC_LIMIT);
        fired.put(
                "PSI > .2",
                Psi.of(
                                subject.baseline()
                                        .clusterCounts(subject.baseline().heldOut()),
                                subject.baseline().clusterCounts(window.whole()))
                        > Psi.LIMIT);
        fired.put(ALWAYS, true);
        fired.put(NEVER, false);
        return fired;
    }
}
