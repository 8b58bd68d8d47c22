package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file from its start, holding one record and a small window at a time. A frame that is damaged is
 * skipped and counted: once for a stretch of damage, however many records it swallowed. For one thread.
 */
public final class FrameReader implements Closeable {
    private static final int WINDOW = 1 << 16;

    private final FileChannel channel;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowStart;
    private long position;
    private long damaged;

    private FrameReader(FileChannel channel) {
        this.channel = channel;
        window.limit(0);
    }

    public static FrameReader open(Path file) throws IOException {
        return new FrameReader(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** The length of the file now. */
    public long length() throws IOException {
        return channel.size();
    }

    /**
     * Reads the header, before anything else.
     *
     * @return null when the file does not start with a whole frame of this version
     */
    public byte @Nullable [] header() throws IOException {
        byte[] header = frameAt(0, channel.size());
        position = header == null ? 0 : Frames.OVERHEAD + header.length;
        return header;
    }

    /** Whether this is what is left of a file whose writing ended before its first frame was whole. Before anything else. */
    boolean isNeverBegun() throws IOException {
        long end = channel.size();
        return (end < 4 || markAt(0, end)) && frameAt(0, end) == null && next(end) == null;
    }

    /**
     * Reads the next record that is whole.
     *
     * @param end where to stop reading, in bytes of the file
     * @return the record, or null when there is none before {@code end}
     */
    public byte @Nullable [] next(long end) throws IOException {
        byte[] record = frameAt(position, end);
        if (record == null && position < end) {
            damaged++;
            do {
                position++;
                record = markAt(position, end) ? frameAt(position, end) : null;
            } while (record == null && position < end);
        }
        if (record != null) {
            position += Frames.OVERHEAD + record.length;
        }
        return record;
    }

    /** Where in the file the last record's frame ends, or what was read last. */
    long position() {
        return position;
    }

    /** How many stretches of bytes were skipped because they are no frames; the end of a torn file is one too. */
    public long damaged() {
        return damaged;
    }

    private boolean markAt(long at, long end) throws IOException {
        return see(at, 4, end) && window.getInt((int) (at - windowStart)) == Frames.MARK_AND_VERSION;
    }

    private byte @Nullable [] frameAt(long at, long end) throws IOException {
        if (!see(at, Frames.OVERHEAD, end)) {
            return null;
        }
        int in = (int) (at - windowStart);
        int length = window.getInt(in + 4);
        int checksum = window.getInt(in + 8);
        if (window.getInt(in) != Frames.MARK_AND_VERSION || length < 0 || length > end - at - Frames.OVERHEAD) {
            return null;
        }
        byte[] frame = new byte[Frames.OVERHEAD + length];
        if (see(at, frame.length, end)) {
            window.get((int) (at - windowStart), frame);
        } else if (!read(ByteBuffer.wrap(frame), at)) {
            return null;
        }
        return Frames.checksum(crc, frame, 0, length) == checksum
                ? Arrays.copyOfRange(frame, Frames.OVERHEAD, frame.length)
                : null;
    }

    /** Makes the window show these bytes; false when they don't fit into it or are not all there. */
    private boolean see(long at, int length, long end) throws IOException {
        if (length > WINDOW || at + length > end) {
            return false;
        }
        if (at < windowStart || at + length > windowStart + window.limit()) {
            window.clear().limit((int) Math.min(WINDOW, end - at));
            windowStart = at;
            boolean full = read(window, at);
            window.limit(full ? window.limit() : window.position());
            window.position(0);
        }
        return at + length <= windowStart + window.limit();
    }

    private boolean read(ByteBuffer into, long at) throws IOException {
        for (long from = at; into.hasRemaining(); ) {
            int n = channel.read(into, from);
            if (n < 0) {
                return false;
            }
            from += n;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
