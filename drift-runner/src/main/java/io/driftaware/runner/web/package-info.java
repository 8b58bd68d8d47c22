/** The monitor over HTTP: metrics, health and a page of links. Start at {@link io.driftaware.runner.web.MonitorServer}. */
@NullMarked
package io.driftaware.runner.web;

import org.jspecify.annotations.NullMarked;
