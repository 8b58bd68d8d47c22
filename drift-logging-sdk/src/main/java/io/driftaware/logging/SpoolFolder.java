package io.driftaware.logging;

import io.driftaware.logging.spool.Disk;
import io.driftaware.logging.spool.FolderInUseException;
import io.driftaware.logging.spool.FolderLock;
import io.driftaware.logging.spool.Letters;
import io.driftaware.logging.spool.Removal;
import io.driftaware.logging.spool.Spool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a logger that is closed left in its {@linkplain DriftLogger.Builder#spoolDirectory folder}. */
public final class SpoolFolder {
    /**
     * What an erasure took out of a folder.
     *
     * @param interactions rows of the user
     * @param embeddings rows that belong to these interactions
     * @param feedback rows that belong to them
     * @param unreadable damaged stretches, damaged rows, and files of another version, all of which are kept as they are:
     *     nobody can tell whose they are
     */
    public record Erased(long interactions, long embeddings, long feedback, long unreadable) {}

    private SpoolFolder() {}

    /** As {@link #eraseUser(Path, Set)}, of a user whose id is stored in one form. */
    public static Erased eraseUser(Path folder, String userId) throws IOException {
        return eraseUser(folder, Set.of(userId));
    }

    /**
     * Erases what spool and dead letters hold of one user: interactions with one of these ids, and the embeddings and the
     * feedback that belong to them by {@code interaction_id}, in whichever file. When it returns, the rows are gone from the
     * files, and that has reached the device. If it fails or the process ends, no other row is lost, and running it again
     * erases the rest.
     *
     * <p>Embeddings and feedback whose interaction is not in the folder carry no user id and stay: write them to the database
     * and run {@code drift-runner erase-user} there, after this.
     *
     * @param folder of a logger that is closed
     * @param userIds the user's id in the forms in which it may be stored: as the application gave it, and with a
     *     {@linkplain DriftLogger.Builder#userIdKey key} its {@linkplain
     *     io.driftaware.logging.privacy.UserIds#pseudonym pseudonym}
     * @return what went, and what could not be read
     * @throws IllegalArgumentException if there is no id, or one is blank
     * @throws IOException if there is no such folder, a logger is running on it, its dead letters are being replayed, or it
     *     can't be read or written
     */
    public static Erased eraseUser(Path folder, Set<String> userIds) throws IOException {
        return eraseUser(folder, userIds, Disk.REAL);
    }

    static Erased eraseUser(Path folder, Set<String> userIds, Disk disk) throws IOException {
        if (userIds.isEmpty() || userIds.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    userIds.size() + " user ids, of which one is blank or none is there: name one user");
        }
        if (!Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder + ": name the logger's spoolDirectory");
        }
        try (FolderLock owned = FolderLock.take(folder)) {
            return eraseUser(owned, userIds, disk);
        } catch (FolderInUseException e) {
            throw new IOException(
                    "nothing was erased, a logger is running on " + folder
                            + ": close it first, so that what it has in memory is in the database or in the folder",
                    e);
        }
    }

    private static Erased eraseUser(FolderLock owned, Set<String> userIds, Disk disk) throws IOException {
        try (FolderLock letters = FolderLock.takeLetters(owned.folder())) {
            Removal.sweep(owned.folder(), disk);
            Letters.adopt(owned, disk);
            Letters.forget(letters, disk);
            FolderErasure erasure = new FolderErasure(userIds, disk);
            return erasure.run(files(owned.folder()));
        } catch (FolderInUseException e) {
            throw new IOException("nothing was erased: " + e.getMessage(), e.getCause());
        }
    }

    private static List<RowFile> files(Path folder) throws IOException {
        List<RowFile> files = new ArrayList<>();
        for (Path segment : Spool.files(folder)) {
            files.add(RowFile.segment(segment));
        }
        for (Path letters : Letters.files(folder)) {
            files.add(RowFile.letters(letters));
        }
        return files;
    }
}
