package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a folder one logger's own, over all processes, and its dead letters those of one replay. The operating system lets go
 * of it when the process ends, however it ends.
 */
public final class FolderLock implements Closeable {
    private static final String OWNER = "owner.lock";
    private static final String REPLAY = "replay.lock";
    /**
     * Lock files of this JVM. Asked before the file is touched: closing any channel on a file lets go of all locks that the
     * process holds on it.
     */
    private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

    /** For the same reason never closed: files that a copy of this class holds, which another class loader made. */
    private static final Set<FileChannel> OF_OTHER_COPIES = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.folder = Objects.requireNonNull(file.getParent(), "a lock is a file in a folder");
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the folder, and makes it where it is missing, readable for its owner only.
     *
     * @throws FolderInUseException when another logger has it
     * @throws IOException when it can't be made or written
     */
    public static FolderLock take(Path wanted) throws IOException {
        if (!Files.isDirectory(wanted)) {
            Files.createDirectories(wanted, RealDisk.ownerOnly("rwx------"));
        }
        return take(wanted, OWNER, "in use by a logger of", "give each logger a folder of its own");
    }

    /**
     * Takes the dead letters of a folder, beside a logger that may own it.
     *
     * @throws FolderInUseException when another replay, or an erasure, has them
     * @throws IOException when there is no such folder, or it can't be written
     */
    public static FolderLock takeLetters(Path wanted) throws IOException {
        if (!Files.isDirectory(wanted)) {
            throw new IOException("there is no folder " + wanted + ": name the logger's spoolDirectory");
        }
        return take(wanted, REPLAY, "having its dead letters replayed or a user erased by", "wait for that to end");
    }

    private static FolderLock take(Path wanted, String name, String use, String remedy) throws IOException {
        Path folder = wanted.toRealPath();
        Path file = folder.resolve(name);
        if (!OWNED.add(file)) {
            throw new FolderInUseException(folder, use + " this process", remedy);
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    RealDisk.ownerOnly("rw-------"));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new FolderInUseException(folder, use + " process " + read(channel), remedy);
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    String.valueOf(ProcessHandle.current().pid())));
            return new FolderLock(file, channel);
        } catch (OverlappingFileLockException e) {
            OF_OTHER_COPIES.add(channel);
            OWNED.remove(file);
            throw new FolderInUseException(folder, use + " this process", remedy);
        } catch (IOException | RuntimeException e) {
            OWNED.remove(file);
            if (channel != null) {
                channel.close();
            }
            throw e;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        channel.read(bytes, 0);
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }

    public Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OWNED.remove(file);
        }
    }
}
