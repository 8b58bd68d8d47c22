package io.driftaware.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of flush or sync: the events that it waits for and what became of them. Those in memory are known by their
 * position in the queue, those on disk by their number in the spool. Guarded by the lock of the {@link Books}.
 */
final class Waiting {
    private record Span(long from, long to) {
        long overlap(long otherFrom, long otherTo) {
            return Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
        }
    }

    private final long to;
    private final boolean diskWillDo;
    private final List<Span> onDisk = new ArrayList<>();
    private long pending;
    private long spooled;
    private long written;
    private long deadLettered;
    private long dropped;
    private @Nullable String lastReason;

    /**
     * @param to the position behind the last event that counts
     * @param pending how many of them are in memory
     * @param diskFrom the number of the first event on disk, which all count
     * @param diskTo the number behind the last
     * @param diskWillDo whether events need not go further than to the disk
     */
    Waiting(long to, long pending, long diskFrom, long diskTo, boolean diskWillDo) {
        this.to = to;
        this.pending = pending;
        this.diskWillDo = diskWillDo;
        this.spooled = diskTo - diskFrom;
        onDisk.add(new Span(diskFrom, diskTo));
    }

    boolean isOver() {
        return pending == 0 && (diskWillDo || spooled == 0);
    }

    boolean wantsDisk() {
        return diskWillDo;
    }

    private long leave(List<Slot> events) {
        long its = 0;
        for (Slot event : events) {
            its += event.position() < to ? 1 : 0;
        }
        pending -= its;
        return its;
    }

    void written(List<Slot> events) {
        written += leave(events);
    }

    void dropped(List<Slot> events, String reason) {
        dropped(leave(events), reason);
    }

    void deadLettered(List<Slot> events, String reason) {
        deadLettered(leave(events), reason);
    }

    /** All that is in memory is lost. */
    void abandoned(String reason) {
        dropped(pending, reason);
        pending = 0;
    }

    /** The events are in the spool now, numbered from {@code number} on. */
    void spooled(List<Slot> events, long number) {
        long at = number;
        for (Slot event : events) {
            if (event.position() < to) {
                add(at);
                pending--;
                spooled++;
            }
            at++;
        }
    }

    private void add(long number) {
        Span last = onDisk.get(onDisk.size() - 1);
        if (last.to == number) {
            onDisk.set(onDisk.size() - 1, new Span(last.from, number + 1));
        } else {
            onDisk.add(new Span(number, number + 1));
        }
    }

    private long leaveDisk(long from, long end) {
        long its = 0;
        for (Span span : onDisk) {
            its += span.overlap(from, end);
        }
        spooled -= its;
        return its;
    }

    void writtenFromDisk(long from, long end) {
        written += leaveDisk(from, end);
    }

    void droppedFromDisk(long from, long end, String reason) {
        dropped(leaveDisk(from, end), reason);
    }

    void deadLetteredFromDisk(long number, String reason) {
        deadLettered(leaveDisk(number, number + 1), reason);
    }

    private void dropped(long its, String reason) {
        dropped += its;
        lastReason = its > 0 ? reason : lastReason;
    }

    private void deadLettered(long its, String reason) {
        deadLettered += its;
        lastReason = its > 0 ? reason : lastReason;
    }

    FlushResult result(@Nullable String lastError) {
        String reason = lastReason == null && pending + spooled > 0 ? lastError : lastReason;
        return new FlushResult(
                pending + spooled + deadLettered + dropped == 0,
                written,
                spooled,
                deadLettered,
                dropped,
                pending,
                Optional.ofNullable(reason));
    }
}
