package io.driftaware.logging.spool;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a folder one logger's own, over all processes. The operating system lets go of it when the process ends, however it
 * ends.
 */
public final class FolderLock implements Closeable {
    private static final String NAME = "owner.lock";
    /**
     * Folders of this JVM. Asked before the file is touched: closing any channel on a file lets go of all locks that the
     * process holds on it.
     */
    private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
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
        Path folder = wanted.toRealPath();
        if (!OWNED.add(folder)) {
            throw new FolderInUseException(folder, "this process");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    folder.resolve(NAME),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    RealDisk.ownerOnly("rw-------"));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new FolderInUseException(folder, "process " + read(channel));
            }
            channel.truncate(0);
            channel.write(StandardCharsets.US_ASCII.encode(
                    String.valueOf(ProcessHandle.current().pid())));
            return new FolderLock(folder, channel);
        } catch (IOException | RuntimeException e) {
            OWNED.remove(folder);
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
            OWNED.remove(folder);
        }
    }
}
