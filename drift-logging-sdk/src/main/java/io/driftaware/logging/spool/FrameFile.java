package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A file of frames that is being written. For one thread at a time. */
final class FrameFile implements Closeable {
    private final Path path;
    private final Disk.Output output;
    private long size;
    private boolean broken;

    private FrameFile(Path path, Disk.Output output) {
        this.path = path;
        this.output = output;
    }

    /** With the header written, which the first append brings to the device. */
    static FrameFile create(Disk disk, Path path, byte[] header) throws IOException {
        FrameFile file = new FrameFile(path, disk.create(path));
        Frames first = new Frames();
        first.begin();
        first.put(header, 0, header.length);
        first.end();
        try {
            file.write(first);
        } catch (IOException e) {
            file.close();
            disk.delete(path);
            throw e;
        }
        return file;
    }

    /** Returns when the frames have reached the device; or else the file is as before, or broken. */
    void append(Frames frames) throws IOException {
        long before = size;
        try {
            write(frames);
            output.force();
        } catch (IOException | RuntimeException e) {
            takeBack(before);
            throw e;
        }
    }

    private void write(Frames frames) throws IOException {
        output.write(frames.buffer());
        size += frames.size();
    }

    private void takeBack(long before) {
        size = before;
        try {
            output.truncate(before);
        } catch (IOException e) {
            // What is behind is cut or torn; nothing may follow it in this file.
            broken = true;
        }
    }

    /** Whether nothing can be appended any more. */
    boolean isBroken() {
        return broken;
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        output.close();
    }
}
