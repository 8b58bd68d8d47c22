/** Logs what comes on standard input: see {@link io.driftaware.examples.load.Load}. */
@NullMarked
package io.driftaware.examples.load;

import org.jspecify.annotations.NullMarked;
