@NullMarked
package io.driftaware.benchmarks.acceptance;

import org.jspecify.annotations.NullMarked;
