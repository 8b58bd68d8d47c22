/** Tests of how the measurements of the detectors read what they are given. */
@NullMarked
package io.driftaware.benchmarks.signals;

import org.jspecify.annotations.NullMarked;
