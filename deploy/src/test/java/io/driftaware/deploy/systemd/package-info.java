/** The unit for machines without containers. */
@NullMarked
package io.driftaware.deploy.systemd;

import org.jspecify.annotations.NullMarked;
