package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.runner.DriftMonitor;
import io.driftaware.testdb.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What docs/first-drift.md promises. */
final class FirstDriftTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(8);

    @Test
    void ten_usual_days_are_learned_and_a_day_of_refusals_is_a_drift() {
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(12));
        FirstDrift.log(DB.dataSource(), from, from.plus(Duration.ofDays(10)), 3_000, 0.02);
        assertThat(refusals()).isNotEqualTo(Verdict.DRIFT);

        FirstDrift.log(DB.dataSource(), now.minus(Duration.ofDays(1)), now, 400, 0.2);
        assertThat(refusals()).isEqualTo(Verdict.DRIFT);
    }

    private static Verdict refusals() {
        try (DriftMonitor monitor = DriftMonitor.builder(DB.dataSource()).build()) {
            CheckReport report = monitor.checkOnce();
            return report.streams().stream()
                    .filter(stream -> stream.stream().equals("refusals"))
                    .map(CheckReport.StreamReport::verdict)
                    .findFirst()
                    .orElseThrow();
        }
    }
}
