package io.driftaware.runner;

import io.driftaware.core.policy.Claim;
import io.driftaware.runner.CheckReport.BaselineReport;
import io.driftaware.runner.CheckReport.EvidenceReport;
import io.driftaware.runner.store.Baseline;
import io.driftaware.runner.store.Hypothesis;
import io.driftaware.runner.store.StoredEvidence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calibrated detection adds to a stream's outcome.
 *
 * @param claim that the verdict rests on, null where nothing could be judged
 * @param claims every one that was judged
 * @param sequences of evidence, with this check in them
 * @param explanation of a drift, else null
 * @param baseline that was compared with, null where there is none
 * @param cause of a drift that was found just now, null where there is no evidence of one
 */
record Calibrated(
        @Nullable Claim claim,
        List<Claim> claims,
        Sequences sequences,
        @Nullable Explanation explanation,
        @Nullable Baseline baseline,
        @Nullable Cause cause) {
    Calibrated {
        claims = List.copyOf(claims);
    }

    /** What is to be kept of the evidence. */
    List<StoredEvidence> kept(EpisodeChange change) {
        return change == EpisodeChange.NONE ? sequences.steps() : sequences.begunAnew(change == EpisodeChange.OPENED);
    }

    /** The baseline, for the report. */
    @Nullable
    BaselineReport baselineReport() {
        return baseline == null
                ? null
                : new BaselineReport(baseline.id(), baseline.rowsFrom(), baseline.rowsTo(), baseline.rows());
    }

    /** Every sequence that has begun. */
    List<EvidenceReport> evidence() {
        List<EvidenceReport> reports = new ArrayList<>();
        for (Hypothesis hypothesis : sequences.begun()) {
            double logAlarm = sequences.logAlarm(hypothesis);
            reports.add(new EvidenceReport(
                    hypothesis.label(), Math.max(0, sequences.logEvidence(hypothesis)) / logAlarm, logAlarm));
        }
        return reports;
    }
}
