/** What watches: start at {@code DriftMonitor}. */
@NullMarked
package io.driftaware.runner;

import org.jspecify.annotations.NullMarked;
