package io.driftaware.logging;

import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.spool.FolderLock;
import io.driftaware.logging.spool.Letters;
import io.driftaware.logging.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A logger's folder: its spool and its dead letters. */
record Storage(Spool spool, Letters letters) {
    /**
     * Opens what was asked for.
     *
     * @param header says what the records are
     * @return null when there is no folder, or it can't be had and the policy can do without: then the reporter says so
     * @throws IllegalStateException when it can't be had and the policy is DURABLE
     */
    static @Nullable Storage open(Delivery delivery, byte[] header, Reporter reporter) {
        Path folder = delivery.folder();
        if (folder == null) {
            return null;
        }
        try {
            FolderLock lock = FolderLock.take(folder);
            Spool spool = Spool.open(lock, header, Storage::isReadable, delivery.spoolBytes(), delivery.disk());
            return new Storage(spool, letters(lock, spool, delivery));
        } catch (IOException e) {
            String why = "the spool folder can't be used: " + e.getMessage() + " ("
                    + e.getClass().getSimpleName() + ")";
            if (delivery.policy().kind() == OverflowPolicy.Kind.DURABLE) {
                throw new IllegalStateException(why, e);
            }
            reporter.spoolTrouble(why + "; this logger goes on without one");
            return null;
        }
    }

    private static Letters letters(FolderLock owned, Spool spool, Delivery delivery) throws IOException {
        try {
            return Letters.ofLogger(owned, delivery.deadLetterBytes(), delivery.disk());
        } catch (IOException e) {
            spool.close();
            throw e;
        }
    }

    private static boolean isReadable(byte[] header) {
        try {
            StoredRows.of(header);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
