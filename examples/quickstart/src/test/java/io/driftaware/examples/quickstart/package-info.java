/** The quickstart runs as a test. */
@NullMarked
package io.driftaware.examples.quickstart;

import org.jspecify.annotations.NullMarked;
