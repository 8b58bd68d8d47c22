package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that an earlier process left. Those that it finished were counted by it; the one it was writing to is read
 * through, whose end may be torn. So opening takes the time of one segment, however many there are.
 *
 * @param segments oldest first, those without records left out
 * @param damaged how many stretches of those that were read through are no records, a torn end included
 */
record Leftovers(List<Segment> segments, long damaged) {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    static Leftovers find(NumberedFiles files, byte[] header, Predicate<byte[]> readable, Disk disk)
            throws IOException {
        Removal.sweep(files.folder(), disk);
        SegmentCount.sweep(files.folder(), disk);
        List<Segment> found = new ArrayList<>();
        long damaged = 0;
        for (Path path : files.all()) {
            Segment segment = new Segment(path, true);
            segment.sealed = true;
            boolean known;
            try (FrameReader reader = FrameReader.open(path)) {
                segment.end = reader.length();
                byte[] its = reader.header();
                known = its != null && readable.test(its);
                if (known) {
                    damaged += count(segment, reader);
                }
            }
            if (!known && segment.end > header.length + Frames.OVERHEAD) {
                LOG.warn("{} is no segment that this version can read: it is left as it is", path);
            } else if (segment.records == 0) {
                // The process ended before a first record was safe.
                SegmentCount.delete(disk, path);
                disk.delete(path);
            } else {
                found.add(segment);
            }
        }
        return new Leftovers(found, damaged);
    }

    /** Returns how much is damaged, as far as that is seen. */
    private static long count(Segment segment, FrameReader reader) throws IOException {
        OptionalLong noted = SegmentCount.read(segment.path, segment.end);
        if (noted.isPresent()) {
            segment.records = noted.getAsLong();
            return 0;
        }
        while (reader.next(segment.end) != null) {
            segment.records++;
        }
        return reader.damaged();
    }
}
