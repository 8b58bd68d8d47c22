/**
 * What an application calls to log interactions, embeddings and feedback. Start at {@link io.driftaware.logging.DriftLogger}.
 *
 * <p>The way of an event: {@code DriftLogger} hands it to {@code Admission}, which checks it and, through {@code Gate}, copies
 * it into a slot of {@code EventRing}. {@code Intake} takes it out and has {@code Capturing} take out of it what must not leave
 * the heap ({@link io.driftaware.logging.privacy}), for {@code Writer}, which brings it through
 * {@code EventTables} and {@link io.driftaware.logging.postgres} to the database, or for {@code Spooler}, which brings it to
 * {@link io.driftaware.logging.spool}, from where the writer reads it later. {@code Books} accounts for every one of them.
 * {@code DeadLetters} and {@code SpoolFolder} work on what is left in a folder.
 *
 * <p>Two threads of the SDK, any number of the application's. What guards which field is said at each class that more than one
 * of them uses: {@code EventRing}, {@code Slot}, {@code Intake}, {@code Books}, {@code QueueLoad}, {@code Writer},
 * {@code Spooler}, {@code Reporter}, {@code CircuitBreaker} and {@code Spool}. Locks nest in one order only: QueueLoad, what was
 * given back to Intake; QueueLoad, Books; Intake, Books; Spool's file lock, Spool; Reporter alone. None but the spool's file lock
 * and a dead letter's is held during I/O, none but Intake's while code of the application runs, and {@code log} takes none.
 */
@NullMarked
package io.driftaware.logging;

import org.jspecify.annotations.NullMarked;
