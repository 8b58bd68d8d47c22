package io.driftaware.deploy.monitoring;

import io.prometheus.client.Collector;
import java.util.Map;
import java.util.SortedSet;

/**
 * One metric as Prometheus stores it.
 *
 * @param name of its series, with {@code _total} for a counter
 * @param type counter or gauge
 * @param help what it says of itself
 * @param labels by name, each with the values that {@link ExportedMetrics} has seen
 */
record ExportedMetric(String name, Collector.Type type, String help, Map<String, SortedSet<String>> labels) {}
