package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** All that is written and removed; what is read is read from files. */
public interface Disk {
    /** The operating system's. */
    Disk REAL = new RealDisk();

    /**
     * Makes a new file that only its owner may read.
     *
     * @throws IOException also when it is there already
     */
    Output create(Path file) throws IOException;

    /** Removes a file, if it is there. */
    void delete(Path file) throws IOException;

    /** Puts {@code file} in the place of {@code old}: whoever looks, also after a crash, finds the one or the other. */
    void replace(Path old, Path file) throws IOException;

    /** A file that grows at its end. */
    interface Output extends Closeable {
        /** Appends all that remains in the buffer. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns when all that was written has reached the device. */
        void force() throws IOException;

        /** Cuts the file; the next write continues there. */
        void truncate(long size) throws IOException;

        @Override
        void close() throws IOException;
    }
}
