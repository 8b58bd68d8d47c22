/** What Prometheus sees: {@link io.driftaware.runner.metrics.MonitorMetrics} holds every metric name. */
@NullMarked
package io.driftaware.runner.metrics;

import org.jspecify.annotations.NullMarked;
