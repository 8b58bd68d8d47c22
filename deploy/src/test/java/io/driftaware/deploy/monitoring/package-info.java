/**
 * Prometheus rules, runbooks and Grafana dashboards: held to the code by {@link
 * io.driftaware.deploy.monitoring.AlertRulesTest} and its neighbours, and run against a real Prometheus by {@link
 * io.driftaware.deploy.monitoring.MonitoringIT}.
 */
@NullMarked
package io.driftaware.deploy.monitoring;

import org.jspecify.annotations.NullMarked;
