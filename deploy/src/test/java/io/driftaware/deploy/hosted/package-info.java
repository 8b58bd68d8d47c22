/** The descriptors of hosting platforms. */
@NullMarked
package io.driftaware.deploy.hosted;

import org.jspecify.annotations.NullMarked;
