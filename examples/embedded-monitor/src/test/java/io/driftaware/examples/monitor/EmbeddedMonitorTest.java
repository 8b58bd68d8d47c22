package io.driftaware.examples.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.core.policy.Verdict;
import io.driftaware.runner.CheckReport;
import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddedMonitorTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.withSchema(3);

    @Test
    void the_app_watches_itself_and_its_registry_has_the_rate() {
        CollectorRegistry registry = new CollectorRegistry();

        CheckReport report = EmbeddedMonitor.answerAndCheck(DATABASE.dataSource(), registry);

        assertThat(report.verdict()).isEqualTo(Verdict.DRIFT);
        assertThat(report.streams())
                .filteredOn(stream -> stream.verdict() == Verdict.DRIFT)
                .extracting(CheckReport.StreamReport::stream)
                .containsExactly("refusals");
        assertThat(report.streams())
                .filteredOn(stream -> stream.stream().equals("query_embeddings"))
                .extracting(CheckReport.StreamReport::verdict)
                .containsExactly(Verdict.LEARNING);
        assertThat(report.classic().refusalRate()).isEqualTo(0.2);
    }
}
