/** Tests of the SDK; those that write use a real PostgreSQL. {@code FaultyNetwork} cuts connections on purpose. */
@NullMarked
package io.driftaware.logging;

import org.jspecify.annotations.NullMarked;
