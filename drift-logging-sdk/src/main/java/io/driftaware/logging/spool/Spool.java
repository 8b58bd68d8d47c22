package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of records on disk: segments that are only appended to, and removed when all their records are dealt with. What a
 * process leaves behind, the next one on the folder reads first.
 *
 * <p>One thread appends and publishes, one thread reads and settles; anybody may ask for sizes. Records are settled in the
 * order in which they are read. Guards: the segments and their counts by {@code this}, never held during I/O; the file that
 * is appended to by {@code appending}, held during I/O; the reader's fields belong to the reading thread.
 */
public final class Spool implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final int SEGMENTS_PER_SPOOL = 16;
    private static final long SMALLEST_SEGMENT = 64 << 10;
    private static final long LARGEST_SEGMENT = 16 << 20;

    static final String START = "events-";
    static final String END = ".spool";

    private final FolderLock owner;
    private final NumberedFiles files;
    private final byte[] header;
    private final long maxBytes;
    private final long segmentBytes;
    private final Disk disk;

    private final ReentrantLock appending = new ReentrantLock();
    /** Guarded by {@code appending}. */
    private @Nullable FrameFile file;
    /** Guarded by {@code appending}. */
    private long nextNumber;
    /** What was appended and is not published. Written under {@code appending} and {@code this}, read under either. */
    private long unpublished;

    /** Guarded by {@code this}, as are the three below. The last one may be the one that is appended to. */
    private final Deque<Segment> segments = new ArrayDeque<>();

    private long bytes;
    private long unread;
    private boolean closed;

    private long recovered;
    private long damaged;

    private final SegmentReader reader = new SegmentReader();

    private Spool(FolderLock owner, byte[] header, long maxBytes, Disk disk) {
        this.owner = owner;
        this.files = segments(owner.folder());
        this.header = header.clone();
        this.maxBytes = maxBytes;
        this.segmentBytes = Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, maxBytes / SEGMENTS_PER_SPOOL));
        this.disk = disk;
    }

    /**
     * Finds what is there, and owns it.
     *
     * @param owner of the folder; closed with the spool, or when this fails
     * @param header says what the records are that will be appended
     * @param readable whether records with that header can be read
     * @param maxBytes of all segments
     * @throws IOException when the folder can't be read
     */
    public static Spool open(FolderLock owner, byte[] header, Predicate<byte[]> readable, long maxBytes, Disk disk)
            throws IOException {
        try {
            Spool spool = new Spool(owner, header, maxBytes, disk);
            spool.recover(readable);
            return spool;
        } catch (IOException | RuntimeException e) {
            owner.close();
            throw e;
        }
    }

    /** The segments in a folder, oldest first. */
    public static List<Path> files(Path folder) throws IOException {
        return segments(folder).all();
    }

    private static NumberedFiles segments(Path folder) {
        return new NumberedFiles(folder, START, END);
    }

    private synchronized void recover(Predicate<byte[]> readable) throws IOException {
        Leftovers left = Leftovers.find(files, header, readable, disk);
        nextNumber = files.next();
        damaged = left.damaged();
        for (Segment segment : left.segments()) {
            segments.add(segment);
            bytes += segment.end;
            unread += segment.records;
            recovered += segment.records;
        }
    }

    /** How many records an earlier process left, damaged ones in its finished segments included. */
    public synchronized long recovered() {
        return recovered;
    }

    /** How many stretches of its last segment were damaged, a torn end included. */
    public synchronized long damaged() {
        return damaged;
    }

    public Path folder() {
        return owner.folder();
    }

    /** What all segments take of the disk. */
    public synchronized long bytes() {
        return bytes;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /**
     * Whether frames of so many bytes may be appended, be it to a new segment.
     *
     * @param reservedPercent how much of the whole is kept for others
     */
    public synchronized boolean hasRoom(long more, int reservedPercent) {
        long withHeader = more + Frames.OVERHEAD + header.length;
        return bytes + withHeader <= maxBytes - maxBytes / 100 * reservedPercent;
    }

    /** Whether there are records that can be read. */
    public synchronized boolean hasUnread() {
        return unread > 0;
    }

    /** Whether no record waits to be settled, or to be published. */
    public synchronized boolean isEmpty() {
        return unpublished == 0 && segments.stream().allMatch(s -> s.settled == s.records);
    }

    /**
     * Appends frames; when it returns they have reached the device. They can be read when {@link #publish()} was called.
     *
     * @throws IOException when they can't be; nothing of them is kept
     */
    public void append(Frames frames) throws IOException {
        appending.lock();
        try {
            FrameFile target = file;
            if (target != null && (target.isBroken() || target.size() + frames.size() > segmentBytes)) {
                seal();
                target = null;
            }
            if (target == null) {
                target = begin();
            }
            long before = target.size();
            target.append(frames);
            synchronized (this) {
                unpublished += frames.count();
                bytes += target.size() - before;
            }
        } finally {
            appending.unlock();
        }
    }

    private FrameFile begin() throws IOException {
        FrameFile begun = FrameFile.create(disk, files.named(nextNumber), header);
        nextNumber++;
        file = begun;
        synchronized (this) {
            segments.add(new Segment(begun.path(), false));
            segments.getLast().end = begun.size();
            bytes += begun.size();
        }
        return begun;
    }

    private void seal() throws IOException {
        FrameFile sealed = file;
        file = null;
        if (sealed != null) {
            // Before it is sealed: once it is, it may be removed.
            noteCount();
            synchronized (this) {
                segments.getLast().sealed = true;
            }
            sealed.close();
            removeSettled();
        }
    }

    /** Of the segment that is appended to. Needless where all of it is dealt with. */
    private void noteCount() {
        Segment segment;
        long end;
        long records;
        synchronized (this) {
            segment = segments.getLast();
            end = segment.end;
            records = segment.settled == segment.records ? 0 : segment.records;
        }
        if (records > 0 && unpublished == 0) {
            SegmentCount.write(disk, segment.path, end, records);
        }
    }

    /** Lets the reader have what was appended. */
    public void publish() {
        appending.lock();
        try {
            FrameFile current = file;
            if (current != null && unpublished > 0) {
                synchronized (this) {
                    Segment segment = segments.getLast();
                    segment.end = current.size();
                    segment.records += unpublished;
                    unread += unpublished;
                    unpublished = 0;
                }
            }
        } finally {
            appending.unlock();
        }
    }

    /**
     * Reads on, within one segment.
     *
     * @param maxBytes to read no further record after
     * @return null when there is nothing to read
     */
    public @Nullable SpoolBatch read(int maxRecords, long maxBytes) throws IOException {
        Segment segment = nextToRead();
        if (segment == null) {
            return null;
        }
        long end;
        long before;
        long available;
        synchronized (this) {
            end = segment.end;
            before = segment.read;
            available = segment.records - before;
        }
        SegmentReader.Found found;
        try {
            reader.open(segment, before, end, header);
            found = reader.read(end, Math.min(maxRecords, available), maxBytes);
        } catch (NoSuchFileException e) {
            LOG.warn("{} was removed by somebody else", segment.path);
            found = new SegmentReader.Found(List.of(), true);
        } catch (IOException e) {
            // It may stand behind records that nobody got.
            reader.close();
            throw e;
        }
        List<byte[]> records = found.records();
        long lost = found.atEnd() ? available - records.size() : 0;
        synchronized (this) {
            segment.read += records.size() + lost;
            unread -= records.size() + lost;
        }
        return new SpoolBatch(records.isEmpty() ? header : reader.header(), records, segment.recovered, lost);
    }

    /**
     * Gives up the segment that is to be read next; its file stays, for a process that can.
     *
     * @return how many records are lost to this one, which are to be settled
     */
    public synchronized long skip() {
        Segment segment = nextToRead();
        if (segment == null) {
            return 0;
        }
        long lost = segment.records - segment.read;
        segment.read += lost;
        segment.kept = true;
        unread -= lost;
        return lost;
    }

    private synchronized @Nullable Segment nextToRead() {
        for (Segment segment : segments) {
            if (segment.read < segment.records) {
                return segment;
            }
        }
        return null;
    }

    /** The next so many records, in the order in which they were read, are dealt with. Their segments may go. */
    public void settled(long records) {
        synchronized (this) {
            if (closed) {
                return;
            }
            long left = records;
            for (Segment segment : segments) {
                long its = Math.min(left, segment.read - segment.settled);
                segment.settled += its;
                left -= its;
            }
        }
        removeSettled();
        closeReaderOfRemoved();
    }

    /** A removed file takes its room on the disk until nobody has it open. */
    private void closeReaderOfRemoved() {
        Segment open = reader.segment();
        synchronized (this) {
            if (open == null || segments.contains(open)) {
                return;
            }
        }
        try {
            reader.close();
        } catch (IOException e) {
            LOG.debug("a segment could not be closed", e);
        }
    }

    private void removeSettled() {
        for (Segment done = nextSettled(); done != null; done = nextSettled()) {
            try {
                SegmentCount.delete(disk, done.path);
                disk.delete(done.path);
            } catch (IOException e) {
                // Tried again with the next; a process that finds it sends its records again, and none is stored twice.
                LOG.warn("{} could not be removed: {}", done.path, e.toString());
                return;
            }
            synchronized (this) {
                // Both threads may come by here with the same one.
                if (segments.remove(done)) {
                    bytes -= done.end;
                }
            }
        }
    }

    private synchronized @Nullable Segment nextSettled() {
        for (Segment segment : segments) {
            if (segment.sealed && !segment.kept && segment.settled == segment.records) {
                return segment;
            }
        }
        return null;
    }

    /** Removes the segment that is appended to as well, when nothing in it waits. For a moment in which nothing is to do. */
    public void trim() throws IOException {
        if (appending.tryLock()) {
            try {
                if (file != null && isEmpty()) {
                    seal();
                }
            } finally {
                appending.unlock();
            }
        }
        closeReaderOfRemoved();
    }

    /** A write that hangs is not waited for. */
    private void closeFile() throws IOException {
        if (appending.tryLock()) {
            try {
                FrameFile open = file;
                file = null;
                if (open != null) {
                    noteCount();
                    open.close();
                }
            } finally {
                appending.unlock();
            }
        }
    }

    /** Leaves on disk what is not settled, and gives the folder back. For the end of both threads. */
    @Override
    public void close() throws IOException {
        try {
            trim();
            reader.close();
            synchronized (this) {
                closed = true;
            }
            closeFile();
        } finally {
            owner.close();
        }
    }
}
