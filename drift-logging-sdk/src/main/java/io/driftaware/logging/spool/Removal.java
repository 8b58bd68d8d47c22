package io.driftaware.logging.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Takes records out of files. A copy without them is written, forced to the device, and put in the file's place at once: a
 * process that ends at any point leaves the file as it was or as it is to be. All other bytes are copied as they are, damaged
 * ones too. For the folder's owner.
 */
public final class Removal {
    private static final String COPY = ".new";
    private static final int CHUNK = 1 << 16;

    /** Bytes of a file that stay. */
    private record Stretch(long from, long to) {}

    /** What stays of a file, whose frames that are gone are between. */
    private record Rest(List<Stretch> stretches, long removed, boolean headerOnly) {}

    private Removal() {}

    /** Deletes the copies that a process left unfinished. */
    public static void sweep(Path folder, Disk disk) throws IOException {
        List<Path> left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.filter(file -> isCopy(String.valueOf(file.getFileName())))
                    .toList();
        }
        for (Path copy : left) {
            disk.delete(copy);
        }
    }

    private static boolean isCopy(String name) {
        return name.matches("(events|dead)-[0-9a-f]{16}\\.(spool|letters)\\" + COPY);
    }

    /**
     * Takes out the records that are to go. A file of which only the header is left is deleted.
     *
     * @param goes asked once for each record that is whole
     * @return how many went
     * @throws IOException when the file can't be read, or the copy not be written; then the file is as it was, or it has lost
     *     these records and only its deletion failed
     */
    public static long run(Path file, Predicate<byte[]> goes, Disk disk) throws IOException {
        Rest rest = restOf(file, goes);
        if (rest.removed == 0) {
            return 0;
        }
        Path copy = file.resolveSibling(file.getFileName() + COPY);
        try {
            write(file, rest, copy, disk);
            disk.replace(file, copy);
        } catch (IOException e) {
            discard(copy, disk, e);
            throw e;
        }
        if (rest.headerOnly) {
            // Only now: a deletion that a crash undoes brings back no record.
            disk.delete(file);
        }
        return rest.removed;
    }

    private static void discard(Path copy, Disk disk, IOException because) {
        try {
            disk.delete(copy);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private static Rest restOf(Path file, Predicate<byte[]> goes) throws IOException {
        List<Stretch> stretches = new ArrayList<>();
        long removed = 0;
        try (FrameReader reader = FrameReader.open(file)) {
            reader.header();
            long afterHeader = reader.position();
            long end = reader.length();
            long from = 0;
            for (byte[] record = reader.next(end); record != null; record = reader.next(end)) {
                if (goes.test(record)) {
                    long frame = reader.position() - Frames.OVERHEAD - record.length;
                    keep(stretches, from, frame);
                    from = reader.position();
                    removed++;
                }
            }
            keep(stretches, from, end);
            boolean headerOnly = stretches.equals(List.of(new Stretch(0, afterHeader)));
            return new Rest(stretches, removed, headerOnly);
        }
    }

    private static void keep(List<Stretch> stretches, long from, long to) {
        if (from < to) {
            stretches.add(new Stretch(from, to));
        }
    }

    private static void write(Path file, Rest rest, Path copy, Disk disk) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                Disk.Output to = disk.create(copy)) {
            for (Stretch stretch : rest.stretches) {
                copy(from, stretch, to, chunk);
            }
            to.write(chunk.flip());
            to.force();
        }
    }

    /** Writes the chunk whenever it is full, and leaves in it what is left. */
    private static void copy(FileChannel from, Stretch stretch, Disk.Output to, ByteBuffer chunk) throws IOException {
        for (long at = stretch.from; at < stretch.to; ) {
            chunk.limit((int) Math.min(CHUNK, chunk.position() + stretch.to - at));
            int read = from.read(chunk, at);
            if (read < 0) {
                throw new IOException("the file became shorter while it was read");
            }
            at += read;
            chunk.limit(CHUNK);
            if (!chunk.hasRemaining()) {
                to.write(chunk.flip());
                chunk.clear();
            }
        }
    }
}
