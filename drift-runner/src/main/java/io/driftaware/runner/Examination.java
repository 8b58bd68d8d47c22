package io.driftaware.runner;

import io.driftaware.runner.CheckReport.ClassicMetrics;
import java.util.List;

/**
 * What one check read and compared.
 *
 * @param streams every stream, in the order of {@code WatchedStream}
 * @param classic the original's numbers
 */
record Examination(List<StreamOutcome> streams, ClassicMetrics classic) {
    Examination {
        streams = List.copyOf(streams);
    }

    long failures() {
        return streams.stream().filter(StreamOutcome::failed).count();
    }
}
