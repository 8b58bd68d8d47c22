/** The image, the Dockerfile and the compose file, as far as they can be proven without a container engine. */
@NullMarked
package io.driftaware.deploy.container;

import org.jspecify.annotations.NullMarked;
