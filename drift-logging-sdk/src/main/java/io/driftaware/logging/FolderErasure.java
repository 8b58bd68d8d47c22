package io.driftaware.logging;

import io.driftaware.logging.SpoolFolder.Erased;
import io.driftaware.logging.postgres.StoredRow;
import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.spool.Disk;
import io.driftaware.logging.spool.Removal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One erasure of a user from a folder's files. It looks for the user's interactions in all files, takes out what belongs to
 * them, and the interactions last: as long as something of the user is there, so is the interaction that tells it, for the
 * run after one that was cut short. For one thread.
 */
final class FolderErasure {
    private static final String INTERACTIONS = "interaction_log";
    private static final String EMBEDDINGS = "embeddings_log";
    private static final String FEEDBACK = "feedback_log";
    private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

    private final Set<ByteBuffer> users = new HashSet<>();
    private final Set<ByteBuffer> interactionIds = new HashSet<>();
    private final Disk disk;
    private long embeddings;
    private long feedback;
    private long unreadable;

    FolderErasure(Set<String> userIds, Disk disk) {
        for (String id : userIds) {
            users.add(stored(id));
        }
        this.disk = disk;
    }

    Erased run(List<RowFile> files) throws IOException {
        for (RowFile file : files) {
            unreadable += file.read(this::find);
        }
        long interactions = 0;
        if (!interactionIds.isEmpty()) {
            for (RowFile file : files) {
                remove(file, this::belongs);
            }
            for (RowFile file : files) {
                interactions += remove(file, this::isUsers);
            }
        }
        return new Erased(interactions, embeddings, feedback, unreadable);
    }

    private void find(StoredRows format, StoredRow row) {
        if (isUsers(format, row)) {
            byte[] id = format.value(row, "interaction_id");
            if (id != null) {
                interactionIds.add(ByteBuffer.wrap(id));
            }
        }
    }

    private boolean isUsers(StoredRows format, StoredRow row) {
        return format.table(row).equals(INTERACTIONS) && isIn(users, format.value(row, "user_id"));
    }

    private boolean belongs(StoredRows format, StoredRow row) {
        String table = format.table(row);
        if (table.equals(INTERACTIONS) || !isIn(interactionIds, format.value(row, "interaction_id"))) {
            return false;
        }
        embeddings += table.equals(EMBEDDINGS) ? 1 : 0;
        feedback += table.equals(FEEDBACK) ? 1 : 0;
        return true;
    }

    private static boolean isIn(Set<ByteBuffer> values, byte @Nullable [] value) {
        return value != null && values.contains(ByteBuffer.wrap(value));
    }

    private long remove(RowFile file, BiPredicate<StoredRows, StoredRow> goes) throws IOException {
        StoredRows format = file.format();
        // The pass before may have emptied and deleted it.
        return format == null || Files.notExists(file.path())
                ? 0
                : Removal.run(
                        file.path(),
                        record -> {
                            StoredRow row = file.row(format, record);
                            return row != null && goes.test(format, row);
                        },
                        disk);
    }

    /** As the SDK writes a text: what PostgreSQL cannot store becomes U+FFFD. */
    private static ByteBuffer stored(String id) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(REPLACEMENT)
                    .encode(CharBuffer.wrap(id.replace('\0', '\uFFFD')));
        } catch (CharacterCodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
