/**
 * Records on disk: what does not fit into the heap, or must survive it. Knows bytes, not events. Start at
 * {@link io.driftaware.logging.spool.Spool}.
 *
 * <p>A folder has one owner, who holds {@link io.driftaware.logging.spool.FolderLock}. In it are segments
 * ({@code events-NUMBER.spool}), each with its {@code SegmentCount} once it is finished, and dead letters ({@code dead-NUMBER.letters}), both in the form that
 * {@link io.driftaware.logging.spool.Frames} writes and {@link io.driftaware.logging.spool.FrameReader} reads. Every byte
 * goes to the operating system through {@link io.driftaware.logging.spool.Disk}. {@link io.driftaware.logging.spool.Removal}
 * takes records out of a file, by way of a copy that ends in {@code .new} until it takes the file's place.
 */
@NullMarked
package io.driftaware.logging.spool;

import org.jspecify.annotations.NullMarked;
