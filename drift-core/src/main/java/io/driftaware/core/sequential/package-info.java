/**
 * Tests that may be looked at as often as one likes: evidence that grows with each batch of rows, an alarm when it reaches
 * a limit that follows from a budget of false alarms, and bounds that hold at every moment. No clock, no randomness.
 */
@NullMarked
package io.driftaware.core.sequential;

import org.jspecify.annotations.NullMarked;
