/** Monitors, a writer and a database that are killed and stopped, and books that must balance; {@link Chaos} is where to start. */
@NullMarked
package io.driftaware.benchmarks.chaos;

import org.jspecify.annotations.NullMarked;
