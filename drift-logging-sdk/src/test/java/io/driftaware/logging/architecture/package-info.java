/** What the SDK may depend on, and classes that may not pass. */
@NullMarked
package io.driftaware.logging.architecture;

import org.jspecify.annotations.NullMarked;
