/** An application that watches itself: see {@link io.driftaware.examples.monitor.EmbeddedMonitor}. */
@NullMarked
package io.driftaware.examples.monitor;

import org.jspecify.annotations.NullMarked;
