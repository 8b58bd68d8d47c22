/**
 * The acceptance table of the statistics, G1 to G13, on labelled real queries: start at {@link Acceptance}. Every figure comes
 * from the calls that the monitor makes, beside simple rules and two dummies.
 */
@NullMarked
package io.driftaware.benchmarks.acceptance;

import org.jspecify.annotations.NullMarked;
