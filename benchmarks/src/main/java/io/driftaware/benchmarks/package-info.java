/**
 * What the project costs, measured. {@link io.driftaware.benchmarks.CheckCost}, {@link
 * io.driftaware.benchmarks.WriteThroughput} and {@link io.driftaware.benchmarks.LogBenchmark} are started by the scripts in
 * {@code benchmarks/}; each writes a {@link io.driftaware.benchmarks.Report}, and {@link
 * io.driftaware.benchmarks.ReportTable} makes docs/benchmarks.md from them.
 */
@NullMarked
package io.driftaware.benchmarks;

import org.jspecify.annotations.NullMarked;
