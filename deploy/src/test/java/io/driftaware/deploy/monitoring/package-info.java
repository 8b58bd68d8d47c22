/** Prometheus rules and Grafana dashboards, against a real Prometheus. */
@NullMarked
package io.driftaware.deploy.monitoring;

import org.jspecify.annotations.NullMarked;
