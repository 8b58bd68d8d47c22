/** The statistics of Drift-Aware: pure, in memory, without I/O, clock, threads or global randomness. */
@NullMarked
package io.driftaware.core;

import org.jspecify.annotations.NullMarked;
