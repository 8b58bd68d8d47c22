/** What an application calls: start at {@code DriftLogger}. */
@NullMarked
package io.driftaware.logging;

import org.jspecify.annotations.NullMarked;
