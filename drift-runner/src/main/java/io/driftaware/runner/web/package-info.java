/** The monitor over HTTP: metrics, health, the dashboard and its JSON API. Start at {@link io.driftaware.runner.web.MonitorServer}. */
@NullMarked
package io.driftaware.runner.web;

import org.jspecify.annotations.NullMarked;
