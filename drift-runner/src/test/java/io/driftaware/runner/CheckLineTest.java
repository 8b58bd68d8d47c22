package io.driftaware.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.detect.Finding;
import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport.ClassicMetrics;
import io.driftaware.runner.CheckReport.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckLineTest {
    private static final Instant AT = Instant.parse("2026-03-04T12:00:00Z");

    @Test
    void a_number_of_rows_comes_with_its_time() {
        assertThat(CheckLine.of(report(
                        stream("refusals", AT.minus(Duration.ofHours(26))),
                        stream("toxicity", AT.minus(Duration.ofDays(4))),
                        stream("feedback", AT.minus(Duration.ofMinutes(45))),
                        stream("coverage", null))))
                .isEqualTo("check at 2026-03-04T12:00:00Z: OK (refusals OK 0.010/0.02 n=210 in 26h, 2000 before;"
                        + " toxicity OK 0.010/0.02 n=210 in 4d, 2000 before;"
                        + " feedback OK 0.010/0.02 n=210 in 45min, 2000 before;"
                        + " coverage OK 0.010/0.02 n=210, 2000 before), 0 open episodes, took 1.25 s");
    }

    private static CheckReport report(StreamReport... streams) {
        return new CheckReport(
                AT,
                Verdict.OK,
                new ClassicMetrics(null, null, null, null, null, null),
                List.of(streams),
                List.of(),
                Duration.ofMillis(1_250));
    }

    private static StreamReport stream(String name, @Nullable Instant from) {
        return new StreamReport(
                name,
                Verdict.OK,
                210,
                2_000,
                0,
                List.of(new Finding.Compared("refusal_rate", 0.01, 0.02, false, 210, 2_000, new TreeMap<>())),
                "",
                AT,
                null,
                List.of(),
                null,
                null,
                from);
    }
}
