/**
 * How good and how fast the built-in detectors of the SDK are. Start at {@link
 * io.driftaware.benchmarks.signals.SignalQuality}, started by {@code benchmarks/signals}, and {@link
 * io.driftaware.benchmarks.signals.SignalBenchmark}, started by {@code benchmarks/signal-speed}.
 */
@NullMarked
package io.driftaware.benchmarks.signals;

import org.jspecify.annotations.NullMarked;
