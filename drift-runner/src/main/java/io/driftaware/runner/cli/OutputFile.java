package io.driftaware.runner.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * A file that a command writes. Whoever reads it meanwhile sees the old one or the new one, whole: it is written beside it and
 * moved there, over what was there before, and keeps that one's permissions.
 */
record OutputFile(Path path) {
    /** What is plainly wrong before anything is read; empty if nothing is. */
    String problem() {
        if (Files.isDirectory(path)) {
            return path + " is a folder: name a file in it, such as " + path.resolve("report.html");
        }
        Path folder = folder();
        return Files.isDirectory(folder) ? "" : "there is no folder " + folder + ": create it, or name another file";
    }

    void write(String text) throws CommandFailed {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                // A pipe or a device takes what it is given; nothing may be moved over it.
                Files.write(path, bytes);
            } else {
                replace(Files.exists(path) ? path.toRealPath() : path, bytes);
            }
        } catch (AccessDeniedException e) {
            throw new CommandFailed(
                    path + " cannot be written: permission denied at " + e.getFile()
                            + "; name a file in a folder of yours",
                    e);
        } catch (IOException e) {
            throw new CommandFailed(path + " cannot be written: " + reason(e), e);
        }
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path beside = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.write(beside, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            PosixFileAttributeView rights = Files.getFileAttributeView(beside, PosixFileAttributeView.class);
            if (rights != null && Files.exists(target)) {
                rights.setPermissions(Files.getPosixFilePermissions(target));
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private Path folder() {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? String.valueOf(e) : reason;
    }
}
