package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that nobody wants, each with the reason: files of frames whose records start with the length of the reason in two
 * bytes and the reason in UTF-8. The file that a logger writes to ends in {@code .open}, that of a replay in {@code .again};
 * without that, it is finished, and the one replay that may run beside a logger can take it. Numbers of loggers are even and
 * those of replays odd, so that neither meets a name of the other's. For one thread.
 */
public final class Letters implements Closeable {
    private static final int LONGEST_REASON = 1_000;
    private static final String OPEN = ".open";
    private static final String AGAIN = ".again";

    private final NumberedFiles files;
    private final NumberedFiles openFiles;
    private final long maxBytes;
    private final int parity;
    private final Disk disk;
    private final Frames frames = new Frames();
    private @Nullable FrameFile file;
    private byte[] fileHeader = {};

    /** Puts a record's bytes behind its reason. */
    @FunctionalInterface
    public interface Body<E extends Exception> {
        void put(Frames frames) throws E;
    }

    /**
     * One dead letter.
     *
     * @param reason one line
     * @param record the record as it was put
     */
    public record Letter(String reason, byte[] record) {
        /** {@return what a frame of a dead-letter file holds, or null when it is malformed} */
        public static @Nullable Letter of(byte[] frame) {
            int length = frame.length < 2 ? Integer.MAX_VALUE : (frame[0] & 0xFF) << 8 | frame[1] & 0xFF;
            return length > frame.length - 2
                    ? null
                    : new Letter(
                            new String(frame, 2, length, StandardCharsets.UTF_8),
                            Arrays.copyOfRange(frame, 2 + length, frame.length));
        }
    }

    private Letters(Path folder, String unfinished, int parity, long maxBytes, Disk disk) {
        this.files = finished(folder);
        this.openFiles = unfinished(folder, unfinished);
        this.parity = parity;
        this.maxBytes = maxBytes;
        this.disk = disk;
    }

    /**
     * For the logger that owns the folder. Finishes what one before it left open.
     *
     * @param maxBytes of all dead letters in the folder
     */
    public static Letters ofLogger(FolderLock owned, long maxBytes, Disk disk) throws IOException {
        adopt(owned, disk);
        return new Letters(owned.folder(), OPEN, 0, maxBytes, disk);
    }

    /** For a replay that has taken the letters: those that are refused again. Removes what one before it left unfinished. */
    public static Letters ofReplay(FolderLock letters, Disk disk) throws IOException {
        forget(letters, disk);
        return new Letters(letters.folder(), AGAIN, 1, Long.MAX_VALUE, disk);
    }

    /** Finishes what a logger left open that ended without doing so. */
    public static void adopt(FolderLock owned, Disk disk) throws IOException {
        NumberedFiles left = unfinished(owned.folder(), OPEN);
        for (Path open : left.all()) {
            if (isNeverBegun(open)) {
                disk.delete(open);
            } else {
                Files.move(open, finished(owned.folder()).named(left.number(open)));
            }
        }
    }

    /** Removes what a replay that was killed left unfinished: all of it is in the file that it was reading. */
    public static void forget(FolderLock letters, Disk disk) throws IOException {
        for (Path again : unfinished(letters.folder(), AGAIN).all()) {
            disk.delete(again);
        }
    }

    private static boolean isNeverBegun(Path file) throws IOException {
        try (FrameReader reader = FrameReader.open(file)) {
            return reader.isNeverBegun();
        }
    }

    private static NumberedFiles unfinished(Path folder, String end) {
        return new NumberedFiles(folder, "dead-", ".letters" + end);
    }

    private static NumberedFiles finished(Path folder) {
        return new NumberedFiles(folder, "dead-", ".letters");
    }

    /** The files that nobody writes to, oldest first. */
    public static List<Path> files(Path folder) throws IOException {
        return finished(folder).all();
    }

    /**
     * Adds one; when it returns true it has reached the device.
     *
     * @param header says what the record is
     * @return false when there is no room, and so it is not kept
     * @throws IOException when it can't be written
     * @throws E when the body can't be put
     */
    public <E extends Exception> boolean add(byte[] header, String reason, Body<E> body) throws IOException, E {
        frames.clear();
        frames.begin();
        byte[] words = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(words.length, LONGEST_REASON);
        frames.put(length >> 8);
        frames.put(length);
        frames.put(words, 0, length);
        body.put(frames);
        frames.end();
        if (bytes() + frames.size() > maxBytes) {
            return false;
        }
        FrameFile target = file;
        if (target == null || target.isBroken() || !Arrays.equals(header, fileHeader)) {
            rest();
            target = create(header);
            file = target;
            fileHeader = header.clone();
        }
        target.append(frames);
        return true;
    }

    private FrameFile create(byte[] header) throws IOException {
        long next = Math.max(files.next(), openFiles.next());
        return FrameFile.create(disk, openFiles.named(next + (next + parity) % 2), header);
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (NumberedFiles those : new NumberedFiles[] {files, openFiles}) {
            for (Path path : those.all()) {
                bytes += sizeOf(path);
            }
        }
        return bytes;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // A replay is done with it.
            return 0;
        }
    }

    /** Finishes the file, so that it can be taken; the next letter begins another. */
    public void rest() throws IOException {
        FrameFile done = file;
        file = null;
        if (done != null) {
            done.close();
            Files.move(done.path(), files.named(openFiles.number(done.path())));
        }
    }

    /** Removes the file that is being written. */
    public void discard() throws IOException {
        FrameFile open = file;
        file = null;
        if (open != null) {
            open.close();
            disk.delete(open.path());
        }
    }

    @Override
    public void close() throws IOException {
        rest();
    }
}
