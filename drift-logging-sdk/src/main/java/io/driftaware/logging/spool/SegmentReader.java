package io.driftaware.logging.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the reading of a spool stands: one segment is open at a time. For the reading thread. */
final class SegmentReader {
    /** What a look brought. */
    record Found(List<byte[]> records, boolean atEnd) {}

    private @Nullable FrameReader reader;
    private @Nullable Segment reading;
    private byte[] header = {};

    /**
     * Goes to a segment, unless it is there already.
     *
     * @param read how many of its records were read before
     * @param end where its records end
     * @param unknown its header, where that can't be read
     * @throws IOException when it can't be read
     */
    void open(Segment segment, long read, long end, byte[] unknown) throws IOException {
        if (reader != null && reading == segment) {
            return;
        }
        close();
        FrameReader next = FrameReader.open(segment.path);
        reader = next;
        byte[] found = next.header();
        header = found == null ? unknown : found;
        for (long i = 0; i < read; i++) {
            next.next(end);
        }
        reading = segment;
    }

    /**
     * Reads on.
     *
     * @param wanted how many records at most
     * @param maxBytes to read no further record after
     */
    Found read(long end, long wanted, long maxBytes) throws IOException {
        FrameReader from = reader;
        if (from == null) {
            throw new IllegalStateException("no segment is open");
        }
        List<byte[]> records = new ArrayList<>();
        for (long size = 0; records.size() < wanted && size < maxBytes; ) {
            byte[] record = from.next(end);
            if (record == null) {
                return new Found(records, true);
            }
            records.add(record);
            size += record.length;
        }
        return new Found(records, false);
    }

    /** The header of the segment that is open, which says what its records are. */
    byte[] header() {
        return header;
    }

    @Nullable
    Segment segment() {
        return reading;
    }

    void close() throws IOException {
        FrameReader open = reader;
        reader = null;
        reading = null;
        if (open != null) {
            open.close();
        }
    }
}
