/** The smallest application that logs: see {@link io.driftaware.examples.quickstart.Quickstart}. */
@NullMarked
package io.driftaware.examples.quickstart;

import org.jspecify.annotations.NullMarked;
