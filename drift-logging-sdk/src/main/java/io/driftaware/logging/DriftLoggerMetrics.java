package io.driftaware.logging;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A logger's books as Prometheus metrics, for applications that have simpleclient 0.16 on the class path:
 * {@code new DriftLoggerMetrics(logger).register(registry)}. One logger per registry.
 *
 * <ul>
 *   <li>{@code drift_logger_events_total{state}}: state is accepted, recovered (from the spool, at the start), written,
 *       dead_lettered, dropped, rejected or sampled_out;
 *   <li>{@code drift_logger_dropped_total{reason}}, {@code drift_logger_rejected_total{reason}}: as in {@link LoggerStats},
 *       every reason from 0 on, so that the first loss is seen as an increase;
 *   <li>{@code drift_logger_content_withheld_total}: events stored without their texts, because a redactor failed;
 *   <li>{@code drift_logger_pending_events}, {@code drift_logger_pending_bytes}: what waits in memory, and
 *       {@code drift_logger_queue_capacity_events}, {@code drift_logger_queue_capacity_bytes}: how much may;
 *   <li>{@code drift_logger_spooled_events}: what waits on disk; {@code drift_logger_spool_bytes},
 *       {@code drift_logger_spool_capacity_bytes}: how much of the disk the spool takes, and may take, 0 without one;
 *   <li>{@code drift_logger_write_failing}: 1 while the last try to write failed and is repeated, else 0;
 *       {@code drift_logger_circuit{state}}: 1 for the circuit's state, closed, open or half_open, else 0.
 * </ul>
 */
public final class DriftLoggerMetrics extends Collector implements Collector.Describable {
    private final DriftLogger logger;

    /**
     * Describes a logger's metrics; {@link #register} them.
     *
     * @param logger whose books they are
     */
    public DriftLoggerMetrics(DriftLogger logger) {
        this.logger = logger;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        LoggerStats stats = logger.stats();
        QueueLevel queue = logger.queueLevel();
        Families families = new Families();
        families.events.addMetric(List.of("accepted"), stats.accepted());
        families.events.addMetric(List.of("written"), stats.written());
        families.events.addMetric(List.of("recovered"), stats.recovered());
        families.events.addMetric(List.of("dead_lettered"), stats.deadLettered());
        families.events.addMetric(List.of("dropped"), stats.droppedTotal());
        families.events.addMetric(List.of("rejected"), stats.rejectedTotal());
        families.events.addMetric(List.of("sampled_out"), stats.sampledOut());
        families.withheld.addMetric(List.of(), stats.withheld());
        fill(families.dropped, DropReason.values(), stats.dropped());
        fill(families.rejected, RejectReason.values(), stats.rejected());
        families.pendingEvents.addMetric(List.of(), stats.pending());
        families.pendingBytes.addMetric(List.of(), queue.bytes());
        families.capacityEvents.addMetric(List.of(), queue.capacity());
        families.capacityBytes.addMetric(List.of(), queue.maxBytes());
        families.spooledEvents.addMetric(List.of(), stats.spooled());
        families.spoolBytes.addMetric(List.of(), logger.spoolBytes());
        families.spoolCapacity.addMetric(List.of(), logger.spoolCapacityBytes());
        families.writeFailing.addMetric(List.of(), queue.writeFailing() ? 1 : 0);
        for (Circuit circuit : Circuit.values()) {
            families.circuit.addMetric(
                    List.of(circuit.name().toLowerCase(Locale.ROOT)), circuit == stats.circuit() ? 1 : 0);
        }
        return families.all;
    }

    @Override
    public List<MetricFamilySamples> describe() {
        return new Families().all;
    }

    private static <E extends Enum<E>> void fill(CounterMetricFamily family, E[] reasons, Map<String, Long> counts) {
        for (E reason : reasons) {
            family.addMetric(List.of(reason.toString()), counts.getOrDefault(reason.toString(), 0L));
        }
    }

    /** Every metric that there is, by name. */
    private static final class Families {
        private final List<MetricFamilySamples> all = new ArrayList<>();

        final CounterMetricFamily events =
                counter("drift_logger_events_total", "Events by what became of them", "state");
        final CounterMetricFamily dropped =
                counter("drift_logger_dropped_total", "Accepted events that are lost", "reason");
        final CounterMetricFamily rejected =
                counter("drift_logger_rejected_total", "Events that were refused before they were accepted", "reason");
        final CounterMetricFamily withheld = counter(
                "drift_logger_content_withheld_total",
                "Events that are stored without their texts, because a redactor failed on them");
        final GaugeMetricFamily pendingEvents =
                gauge("drift_logger_pending_events", "Events that wait in memory to be written");
        final GaugeMetricFamily pendingBytes = gauge("drift_logger_pending_bytes", "Bytes that these events take");
        final GaugeMetricFamily capacityEvents =
                gauge("drift_logger_queue_capacity_events", "Events that may wait in memory");
        final GaugeMetricFamily capacityBytes =
                gauge("drift_logger_queue_capacity_bytes", "Bytes that waiting events may take");
        final GaugeMetricFamily spooledEvents =
                gauge("drift_logger_spooled_events", "Events that wait on disk to be written");
        final GaugeMetricFamily spoolBytes = gauge("drift_logger_spool_bytes", "Bytes of disk that the spool takes");
        final GaugeMetricFamily spoolCapacity =
                gauge("drift_logger_spool_capacity_bytes", "Bytes of disk that the spool may take, 0 without one");
        final GaugeMetricFamily writeFailing =
                gauge("drift_logger_write_failing", "1 while the last try to write failed and is repeated, else 0");
        final GaugeMetricFamily circuit =
                gauge("drift_logger_circuit", "1 for the state of the circuit breaker, else 0", "state");

        private CounterMetricFamily counter(String name, String help, String... labels) {
            CounterMetricFamily family = new CounterMetricFamily(name, help, List.of(labels));
            all.add(family);
            return family;
        }

        private GaugeMetricFamily gauge(String name, String help, String... labels) {
            GaugeMetricFamily family = new GaugeMetricFamily(name, help, List.of(labels));
            all.add(family);
            return family;
        }
    }
}
