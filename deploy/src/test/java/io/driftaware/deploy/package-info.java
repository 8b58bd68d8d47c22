/** What the deployment tests share. */
@NullMarked
package io.driftaware.deploy;

import org.jspecify.annotations.NullMarked;
