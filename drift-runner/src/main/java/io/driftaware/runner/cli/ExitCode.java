package io.driftaware.runner.cli;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.CheckReport.StreamReport;
import java.util.List;

/** What the process says when it ends; scripts depend on these numbers. */
final class ExitCode {
    static final int OK = 0;
    static final int FAILURE = 1;
    static final int USAGE = 2;
    static final int DRIFT = 3;
    static final int NOT_ENOUGH_DATA = 4;

    private ExitCode() {}

    /**
     * 1 where a stream could not be read, which leaves its report without a finding; else 3 where any drifts; else 4
     * where every one has too little data, or is learning, or any is stale; else 0.
     */
    static int of(CheckReport report) {
        if (report.streams().stream().anyMatch(stream -> stream.findings().isEmpty())) {
            return FAILURE;
        }
        List<Verdict> verdicts =
                report.streams().stream().map(StreamReport::verdict).toList();
        if (verdicts.contains(Verdict.DRIFT)) {
            return DRIFT;
        }
        boolean nothingSeen =
                verdicts.stream().allMatch(verdict -> verdict == Verdict.INSUFFICIENT || verdict == Verdict.LEARNING);
        return nothingSeen || verdicts.contains(Verdict.STALE) ? NOT_ENOUGH_DATA : OK;
    }
}
