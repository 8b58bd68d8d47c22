package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many records are in a segment that nobody appends to any more, in a small file beside it: so that the next process need
 * not read the segment in order to count. A file of one frame, whose record is, in big-endian numbers:
 *
 * <pre>
 * 8 bytes  length of the segment
 * 8 bytes  its records
 * </pre>
 *
 * <p>It is a hint. Where it is missing or torn, or the segment has another length, the segment is read. It goes before its
 * segment does, so that none is left for a later segment of the same name.
 */
final class SegmentCount {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    private static final String END = ".count";
    private static final int BYTES = 16;

    private SegmentCount() {}

    private static Path of(Path segment) {
        return segment.resolveSibling(segment.getFileName() + END);
    }

    /** Does without where it can't be written. */
    static void write(Disk disk, Path segment, long length, long records) {
        byte[] record =
                ByteBuffer.allocate(BYTES).putLong(length).putLong(records).array();
        try {
            FrameFile.create(disk, of(segment), record).close();
        } catch (IOException e) {
            LOG.debug("the records of {} are not noted, and will be counted again", segment, e);
        }
    }

    /** {@return the records of a segment of that length, where that is known} */
    static OptionalLong read(Path segment, long length) {
        Path file = of(segment);
        if (Files.notExists(file)) {
            return OptionalLong.empty();
        }
        try (FrameReader reader = FrameReader.open(file)) {
            byte[] record = reader.header();
            if (record == null || record.length != BYTES) {
                return OptionalLong.empty();
            }
            ByteBuffer numbers = ByteBuffer.wrap(record);
            return numbers.getLong() == length ? OptionalLong.of(numbers.getLong()) : OptionalLong.empty();
        } catch (IOException e) {
            LOG.debug("{} can't be read", file, e);
            return OptionalLong.empty();
        }
    }

    static void delete(Disk disk, Path segment) throws IOException {
        Path file = of(segment);
        if (Files.exists(file)) {
            disk.delete(file);
        }
    }

    /** Deletes those whose segment is gone. */
    static void sweep(Path folder, Disk disk) throws IOException {
        for (Path file : new NumberedFiles(folder, Spool.START, Spool.END + END).all()) {
            String name = String.valueOf(file.getFileName());
            if (Files.notExists(file.resolveSibling(name.substring(0, name.length() - END.length())))) {
                disk.delete(file);
            }
        }
    }
}
