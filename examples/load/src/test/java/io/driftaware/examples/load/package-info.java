/** The loader runs as a test. */
@NullMarked
package io.driftaware.examples.load;

import org.jspecify.annotations.NullMarked;
