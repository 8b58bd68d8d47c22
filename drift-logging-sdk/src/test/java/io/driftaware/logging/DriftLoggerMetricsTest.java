package io.driftaware.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.testdb.TestDatabase;
import io.prometheus.client.CollectorRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

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
                    .as("from 0 on, so that the first loss is an increase")
                    .isZero();
            assertThat(value("drift_logger_rejected_total", "reason", "not_finite"))
                    .isZero();
            assertThat(registry.getSampleValue("drift_logger_pending_events")).isZero();
            assertThat(registry.getSampleValue("drift_logger_pending_bytes")).isZero();
            assertThat(registry.getSampleValue("drift_logger_write_failing")).isZero();
        }
    }

    @Test
    void a_queue_that_fills_while_the_database_is_away_shows_how_full_it_is_and_that_writing_fails() {
        DataSource nowhere = refusing();
        try (DriftLogger logger = DriftLogger.builder(nowhere)
                .queueCapacity(4)
                .queueBytes(1 << 20)
                .closeTimeout(Duration.ZERO)
                .build()) {
            new DriftLoggerMetrics(logger).register(registry);
            for (int i = 0; i < 6; i++) {
                logger.feedback(new UUID(1, i), 1);
            }
            assertThat(logger.flush(Duration.ofMillis(500)).complete()).isFalse();

            assertThat(registry.getSampleValue("drift_logger_pending_events")).isEqualTo(4);
            assertThat(registry.getSampleValue("drift_logger_queue_capacity_events"))
                    .isEqualTo(4);
            assertThat(registry.getSampleValue("drift_logger_queue_capacity_bytes"))
                    .isEqualTo(1 << 20);
            assertThat(registry.getSampleValue("drift_logger_pending_bytes")).isBetween(1.0, (double) (1 << 20));
            assertThat(registry.getSampleValue("drift_logger_write_failing")).isEqualTo(1);
            assertThat(value("drift_logger_dropped_total", "reason", "queue_full"))
                    .isEqualTo(2);
        }
    }

    @Test
    void what_waits_on_disk_and_the_state_of_the_circuit_are_shown(@TempDir Path folder) {
        DriftLogger first = DriftLogger.builder(refusing())
                .spoolDirectory(folder)
                .closeTimeout(Duration.ZERO)
                .build();
        try (first) {
            new DriftLoggerMetrics(first).register(registry);
            assertThat(value("drift_logger_circuit", "state", "closed")).isEqualTo(1);
            first.feedback(new UUID(1, 1), 1);
            assertThat(first.sync(Duration.ofSeconds(30)).durable()).isTrue();
            assertThat(registry.getSampleValue("drift_logger_spooled_events")).isEqualTo(1);
            assertThat(registry.getSampleValue("drift_logger_spool_bytes")).isPositive();
            assertThat(registry.getSampleValue("drift_logger_spool_capacity_bytes"))
                    .isEqualTo(1L << 30);
            Eventually.hold(
                    "open",
                    () -> Double.valueOf(1).equals(value("drift_logger_circuit", "state", "open"))
                            || Double.valueOf(1).equals(value("drift_logger_circuit", "state", "half_open")));
            assertThat(value("drift_logger_circuit", "state", "closed")).isZero();
        }
        registry.clear();
        try (DriftLogger second =
                DriftLogger.builder(DB.dataSource()).spoolDirectory(folder).build()) {
            new DriftLoggerMetrics(second).register(registry);
            assertThat(second.flush(Duration.ofSeconds(30)).complete()).isTrue();
            assertThat(value("drift_logger_events_total", "state", "recovered")).isEqualTo(1);
            assertThat(value("drift_logger_events_total", "state", "written")).isEqualTo(1);
            assertThat(value("drift_logger_events_total", "state", "dead_lettered"))
                    .isZero();
        }
    }

    private static DataSource refusing() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {1});
        return source;
    }

    private @Nullable Double value(String name, String label, String labelValue) {
        return registry.getSampleValue(name, new String[] {label}, new String[] {labelValue});
    }
}
