package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
    /** Guarded by {@code appending}: what was appended and is not published. */
    private long unpublished;

    /** Guarded by {@code this}, as are the three below. The last one may be the one that is appended to. */
    private final Deque<Segment> segments = new ArrayDeque<>();

    private long bytes;
    private long unread;
    private boolean closed;

    private long recovered;
    private long damaged;

    private @Nullable FrameReader reader;
    private @Nullable Segment reading;
    private byte[] readingHeader = {};

    private Spool(FolderLock owner, byte[] header, long maxBytes, Disk disk) {
        this.owner = owner;
        this.files = segments(owner.folder());
        this.header = header.clone();
        this.maxBytes = maxBytes;
        this.segmentBytes = Math.min(LARGEST_SEGMENT, Math.max(SMALLEST_SEGMENT, maxBytes / SEGMENTS_PER_SPOOL));
        this.disk = disk;
    }

    /**
     * Reads through what is there, and owns it.
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
        return new NumberedFiles(folder, "events-", ".spool");
    }

    private synchronized void recover(Predicate<byte[]> readable) throws IOException {
        Removal.sweep(owner.folder(), disk);
        nextNumber = files.next();
        for (Path path : files.all()) {
            recover(path, readable);
        }
    }

    private void recover(Path path, Predicate<byte[]> readable) throws IOException {
        Segment segment = new Segment(path, true);
        boolean whole = false;
        try (FrameReader scan = FrameReader.open(path)) {
            segment.end = scan.length();
            byte[] found = scan.header();
            whole = found != null && readable.test(found);
            while (whole && scan.next(segment.end) != null) {
                segment.records++;
            }
            damaged += whole ? scan.damaged() : 0;
        }
        if (!whole && segment.end > header.length + Frames.OVERHEAD) {
            LOG.warn("{} is no segment that this version can read: it is left as it is", path);
        } else if (segment.records == 0) {
            // The process ended before a first record was safe.
            disk.delete(path);
        } else {
            segment.sealed = true;
            segments.add(segment);
            bytes += segment.end;
            unread += segment.records;
            recovered += segment.records;
        }
    }

    /** How many records an earlier process left that can be read. */
    public synchronized long recovered() {
        return recovered;
    }

    /** How many stretches of its segments were damaged, a torn end included. */
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

    /** Whether no record waits to be settled. */
    public synchronized boolean isEmpty() {
        return segments.stream().allMatch(s -> s.settled == s.records);
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
            unpublished += frames.count();
            synchronized (this) {
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
            synchronized (this) {
                segments.getLast().sealed = true;
            }
            sealed.close();
            removeSettled();
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
                }
                unpublished = 0;
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
        long available;
        synchronized (this) {
            end = segment.end;
            available = segment.records - segment.read;
        }
        List<byte[]> records = new ArrayList<>();
        boolean atEnd;
        try {
            FrameReader from = readerOf(segment, end);
            atEnd = !fill(records, from, end, (int) Math.min(maxRecords, available), maxBytes);
        } catch (IOException e) {
            // The reader may stand behind records that nobody got.
            closeReader();
            throw e;
        }
        long lost = atEnd ? available - records.size() : 0;
        synchronized (this) {
            segment.read += records.size() + lost;
            unread -= records.size() + lost;
        }
        return new SpoolBatch(readingHeader, records, segment.recovered, lost);
    }

    /** Returns false when the records end before there are as many as wanted. */
    private static boolean fill(List<byte[]> records, FrameReader from, long end, int wanted, long maxBytes)
            throws IOException {
        for (long size = 0; records.size() < wanted && size < maxBytes; ) {
            byte[] record = from.next(end);
            if (record == null) {
                return false;
            }
            records.add(record);
            size += record.length;
        }
        return true;
    }

    private synchronized @Nullable Segment nextToRead() {
        for (Segment segment : segments) {
            if (segment.read < segment.records) {
                return segment;
            }
        }
        return null;
    }

    private FrameReader readerOf(Segment segment, long end) throws IOException {
        FrameReader open = reader;
        if (open != null && reading == segment) {
            return open;
        }
        closeReader();
        FrameReader next = FrameReader.open(segment.path);
        byte[] found = next.header();
        readingHeader = found == null ? header : found;
        long before;
        synchronized (this) {
            before = segment.read;
        }
        for (long i = 0; i < before; i++) {
            next.next(end);
        }
        reader = next;
        reading = segment;
        return next;
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
        Segment open = reading;
        synchronized (this) {
            if (open == null || segments.contains(open)) {
                return;
            }
        }
        try {
            closeReader();
        } catch (IOException e) {
            LOG.debug("a segment could not be closed", e);
        }
    }

    private void removeSettled() {
        for (Segment done = nextSettled(); done != null; done = nextSettled()) {
            try {
                disk.delete(done.path);
            } catch (IOException e) {
                // Tried again with the next; a process that finds it sends its records again, and none is stored twice.
                LOG.warn("{} could not be removed: {}", done.path, e.toString());
                return;
            }
            synchronized (this) {
                segments.remove(done);
                bytes -= done.end;
            }
        }
    }

    private synchronized @Nullable Segment nextSettled() {
        for (Segment segment : segments) {
            if (segment.sealed && segment.settled == segment.records) {
                return segment;
            }
        }
        return null;
    }

    /** Removes the segment that is appended to as well, when nothing in it waits. For a moment in which nothing is to do. */
    public void trim() throws IOException {
        if (appending.tryLock()) {
            try {
                if (file != null && unpublished == 0 && isEmpty()) {
                    seal();
                }
            } finally {
                appending.unlock();
            }
        }
        closeReaderOfRemoved();
    }

    private void closeReader() throws IOException {
        FrameReader open = reader;
        reader = null;
        reading = null;
        if (open != null) {
            open.close();
        }
    }

    /** A write that hangs is not waited for. */
    private void closeFile() throws IOException {
        if (appending.tryLock()) {
            try {
                FrameFile open = file;
                file = null;
                if (open != null) {
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
            closeReader();
            synchronized (this) {
                closed = true;
            }
            closeFile();
        } finally {
            owner.close();
        }
    }
}
