/**
 * What is kept of rows instead of the rows: mergeable summaries with versioned bytes. Start at {@link
 * io.driftaware.core.profile.EmbeddingRecorder} to fill one, at {@link io.driftaware.core.profile.EmbeddingProfile} to
 * read one.
 */
@NullMarked
package io.driftaware.core.profile;

import org.jspecify.annotations.NullMarked;
