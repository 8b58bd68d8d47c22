package io.driftaware.logging;

import java.time.Duration;

/**
 * What happens to events that the database does not take as fast as they come.
 *
 * <ul>
 *   <li>{@link #DROP_NEWEST}: they wait in memory; when the queue is full the newest is dropped. The default without a folder.
 *   <li>{@link #block}: as before, but the caller waits for room first.
 *   <li>{@link #OVERFLOW}: a thread of the logger moves them to disk when the queue is half full or the database is down. The
 *       default with a {@linkplain DriftLogger.Builder#spoolDirectory folder}. {@code kill -9} takes what is in the queue.
 *   <li>{@link #DURABLE}: all go to disk first, within 50 ms and the time of one fsync, and from there to the database.
 *       {@code kill -9} takes what was logged in that time; {@link DriftLogger#sync} waits for it.
 * </ul>
 *
 * <p>No policy makes {@code log} write or wait, but {@link #block}. Where neither queue nor disk has room, embeddings are
 * dropped first, then interactions, feedback last: a tenth of each is kept for interactions and feedback, and half of that
 * tenth for feedback alone.
 */
public final class OverflowPolicy {
    enum Kind {
        DROP_NEWEST,
        BLOCK,
        OVERFLOW,
        DURABLE
    }

    /** Drops the newest event when the queue is full. */
    public static final OverflowPolicy DROP_NEWEST = new OverflowPolicy(Kind.DROP_NEWEST, Duration.ZERO);

    /** Moves events to disk when the queue is half full or the database is down. */
    public static final OverflowPolicy OVERFLOW = new OverflowPolicy(Kind.OVERFLOW, Duration.ZERO);

    /** Writes every event to disk first. */
    public static final OverflowPolicy DURABLE = new OverflowPolicy(Kind.DURABLE, Duration.ZERO);

    private final Kind kind;
    private final Duration limit;

    private OverflowPolicy(Kind kind, Duration limit) {
        this.kind = kind;
        this.limit = limit;
    }

    /**
     * {@return a policy that makes the caller of {@code log} wait for room in a full queue}
     *
     * @param limit the longest that one call waits, positive; then the event is dropped. An interrupt ends it sooner.
     * @throws IllegalArgumentException when the limit is not positive
     */
    public static OverflowPolicy block(Duration limit) {
        if (limit.isZero() || limit.isNegative()) {
            throw new IllegalArgumentException(
                    "the limit to block is " + limit + ": give a positive one, or use DROP_NEWEST");
        }
        return new OverflowPolicy(Kind.BLOCK, limit);
    }

    Kind kind() {
        return kind;
    }

    long limitNanos() {
        return Settings.nanos(limit);
    }

    boolean needsFolder() {
        return kind == Kind.OVERFLOW || kind == Kind.DURABLE;
    }

    @Override
    public String toString() {
        return kind == Kind.BLOCK ? "block(" + limit + ")" : kind.name();
    }
}
