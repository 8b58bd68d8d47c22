package io.driftaware.benchmarks.acceptance;

import io.driftaware.core.sequential.StratumCounts;

/**
 * What a check of a stream of queries brings.
 *
 * @param counts of its novel rows and of all
 * @param rows the queries themselves
 */
record Batch(StratumCounts counts, int[] rows) {}
