/** Tests of what is taken out of texts. */
@NullMarked
package io.driftaware.logging.privacy;

import org.jspecify.annotations.NullMarked;
