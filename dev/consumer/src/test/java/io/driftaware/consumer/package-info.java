/** Uses the project as a stranger does: from its Maven coordinates, out of a repository of its own. */
@NullMarked
package io.driftaware.consumer;

import org.jspecify.annotations.NullMarked;
