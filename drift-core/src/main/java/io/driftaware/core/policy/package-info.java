/**
 * From findings to decisions: verdicts, k of n checks, staleness and the life of an episode. Start at {@link
 * io.driftaware.core.policy.EpisodeRule}.
 */
@NullMarked
package io.driftaware.core.policy;

import org.jspecify.annotations.NullMarked;
