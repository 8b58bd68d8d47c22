package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DriftLoggerMetricsTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.withSchema(3);

    private final CollectorRegistry registry = new CollectorRegistry();

    @Test
    void the_metrics_are_the_books() {
        try (DriftLogger logger = DriftLogger.builder(DB.dataSource()).build()) {
            new DriftLoggerMetrics(logger).register(registry);
            logger.feedback(new UUID(1, 1), 1);
            logger.feedback(new UUID(1, 1), 2);
            assertThat(logger.flush(Duration.ofSeconds(30)).complete()).isTrue();
            assertThat(value("drift_logger_events_total", "state", "accepted")).isEqualTo(1);
            assertThat(value("drift_logger_events_total", "state", "written")).isEqualTo(1);
            assertThat(value("drift_logger_events_total", "state", "dropped")).isEqualTo(0);
            assertThat(value("drift_logger_events_total", "state", "rejected")).isEqualTo(1);
            assertThat(value("drift_logger_rejected_total", "reason", "score_out_of_range"))
                    .isEqualTo(1);
            assertThat(value("drift_logger_dropped_total", "reason", "queue_full"))
                    .isNull();
            assertThat(registry.getSampleValue("drift_logger_pending_events")).isZero();
        }
    }

    private @Nullable Double value(String name, String label, String labelValue) {
        return registry.getSampleValue(name, new String[] {label}, new String[] {labelValue});
    }
}
