/** The detectors: sentences in, verdicts out; their training, hostile texts, and detectors that misbehave. */
@NullMarked
package io.driftaware.logging.signal;

import org.jspecify.annotations.NullMarked;
