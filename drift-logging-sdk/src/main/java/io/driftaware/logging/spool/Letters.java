package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that nobody wants, each with the reason: files of frames whose records start with the length of the reason in two
 * bytes and the reason in UTF-8. The file that is written to ends in {@code .open}; without that, it is finished, and whoever
 * wants to may take it. For one thread.
 */
public final class Letters implements Closeable {
    private static final int LONGEST_REASON = 1_000;
    private static final int MOST_ATTEMPTS = 10;
    private static final String OPEN = ".open";

    private final NumberedFiles files;
    private final NumberedFiles openFiles;
    private final long maxBytes;
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

    /**
     * Writes into a folder that the caller owns.
     *
     * @param maxBytes of all dead letters in the folder
     */
    public Letters(Path folder, long maxBytes, Disk disk) {
        this.files = finished(folder);
        this.openFiles = new NumberedFiles(folder, "dead-", ".letters" + OPEN);
        this.maxBytes = maxBytes;
        this.disk = disk;
    }

    private static NumberedFiles finished(Path folder) {
        return new NumberedFiles(folder, "dead-", ".letters");
    }

    /** The files that nobody writes to, oldest first. */
    public static List<Path> files(Path folder) throws IOException {
        return finished(folder).all();
    }

    /** Finishes what a process left open that ended without doing so. For the folder's owner. */
    public void adopt() throws IOException {
        for (Path left : openFiles.all()) {
            finish(left);
        }
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

    /** Whoever replays letters may take a number at the same time. */
    private FrameFile create(byte[] header) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                return FrameFile.create(disk, openFiles.named(Math.max(files.next(), openFiles.next())), header);
            } catch (FileAlreadyExistsException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (NumberedFiles those : new NumberedFiles[] {files, openFiles}) {
            for (Path path : those.all()) {
                bytes += Files.size(path);
            }
        }
        return bytes;
    }

    /** Finishes the file, so that it can be taken; the next letter begins another. */
    public void rest() throws IOException {
        FrameFile done = file;
        file = null;
        if (done != null) {
            done.close();
            finish(done.path());
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

    private void finish(Path open) throws IOException {
        Files.move(open, files.named(openFiles.number(open)));
    }

    @Override
    public void close() throws IOException {
        rest();
    }
}
