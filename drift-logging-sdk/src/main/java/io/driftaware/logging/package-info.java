/**
 * What an application calls to log interactions, embeddings and feedback. Start at {@link io.driftaware.logging.DriftLogger}.
 *
 * <p>The way of an event: {@code DriftLogger} hands it to {@code Admission}, which checks it and copies it into a slot of
 * {@code EventRing}; {@code Writer}, the only thread, has {@code Capturing} take out what must not leave the heap ({@link
 * io.driftaware.logging.privacy}), and takes slots in batches through {@code EventTables} to
 * {@link io.driftaware.logging.postgres}; {@code Books} accounts for every one of them.
 */
@NullMarked
package io.driftaware.logging;

import org.jspecify.annotations.NullMarked;
