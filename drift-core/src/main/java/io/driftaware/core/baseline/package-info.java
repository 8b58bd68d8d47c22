/**
 * What recent traffic is compared with: a frozen baseline of one embedding model, and the profile of new rows against it.
 * Start at {@link io.driftaware.core.baseline.EmbeddingBaseline}.
 */
@NullMarked
package io.driftaware.core.baseline;

import org.jspecify.annotations.NullMarked;
