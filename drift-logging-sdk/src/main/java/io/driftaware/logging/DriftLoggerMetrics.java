package io.driftaware.logging;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.List;
import java.util.Map;

/**
 * A logger's books as Prometheus metrics, for applications that have simpleclient 0.16 on the class path:
 * {@code new DriftLoggerMetrics(logger).register(registry)}. One logger per registry.
 *
 * <ul>
 *   <li>{@code drift_logger_events_total{state}}: state is accepted, written, dropped or rejected;
 *   <li>{@code drift_logger_dropped_total{reason}}, {@code drift_logger_rejected_total{reason}}: as in {@link LoggerStats};
 *   <li>{@code drift_logger_pending_events}: events that wait in memory.
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
        CounterMetricFamily events = events();
        events.addMetric(List.of("accepted"), stats.accepted());
        events.addMetric(List.of("written"), stats.written());
        events.addMetric(List.of("dropped"), stats.droppedTotal());
        events.addMetric(List.of("rejected"), stats.rejectedTotal());
        return List.of(
                events,
                filled(dropped(), stats.dropped()),
                filled(rejected(), stats.rejected()),
                new GaugeMetricFamily("drift_logger_pending_events", PENDING, stats.pending()));
    }

    @Override
    public List<MetricFamilySamples> describe() {
        return List.of(
                events(),
                dropped(),
                rejected(),
                new GaugeMetricFamily("drift_logger_pending_events", PENDING, List.of()));
    }

    private static final String PENDING = "Events that wait in memory to be written.";

    private static CounterMetricFamily events() {
        return new CounterMetricFamily("drift_logger_events", "Events by what became of them.", List.of("state"));
    }

    private static CounterMetricFamily dropped() {
        return new CounterMetricFamily("drift_logger_dropped", "Accepted events that are lost.", List.of("reason"));
    }

    private static CounterMetricFamily rejected() {
        return new CounterMetricFamily("drift_logger_rejected", "Events that were refused.", List.of("reason"));
    }

    private static CounterMetricFamily filled(CounterMetricFamily family, Map<String, Long> counts) {
        counts.forEach((reason, count) -> family.addMetric(List.of(reason), count));
        return family;
    }
}
