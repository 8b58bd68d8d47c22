/** Builds the container image. */
@NullMarked
package io.driftaware.deploy.image;

import org.jspecify.annotations.NullMarked;
