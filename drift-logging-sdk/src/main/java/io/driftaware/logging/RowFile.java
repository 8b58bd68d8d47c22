package io.driftaware.logging;

import io.driftaware.logging.postgres.StoredRow;
import io.driftaware.logging.postgres.StoredRows;
import io.driftaware.logging.spool.FrameReader;
import io.driftaware.logging.spool.Letters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows that nobody writes to.
 *
 * @param format what its header says; null when it can't be read
 * @param isLetters whether each row stands behind a reason, as in dead letters, or behind the spool's one byte
 */
record RowFile(Path path, @Nullable StoredRows format, boolean isLetters) {
    static RowFile segment(Path path) throws IOException {
        return new RowFile(path, formatOf(path), false);
    }

    static RowFile letters(Path path) throws IOException {
        return new RowFile(path, formatOf(path), true);
    }

    private static @Nullable StoredRows formatOf(Path path) throws IOException {
        byte[] header;
        try (FrameReader reader = FrameReader.open(path)) {
            header = reader.header();
        }
        try {
            return header == null ? null : StoredRows.of(header);
        } catch (IOException e) {
            // Of another version.
            return null;
        }
    }

    /** Reads all rows; returns how much could not be read. */
    long read(BiConsumer<StoredRows, StoredRow> each) throws IOException {
        StoredRows known = format;
        if (known == null) {
            return 1;
        }
        long unreadable = 0;
        try (FrameReader reader = FrameReader.open(path)) {
            reader.header();
            long end = reader.length();
            for (byte[] record = reader.next(end); record != null; record = reader.next(end)) {
                StoredRow row = row(known, record);
                if (row == null) {
                    unreadable++;
                } else {
                    each.accept(known, row);
                }
            }
            return unreadable + reader.damaged();
        }
    }

    /** The row in a record, or null when it holds none. */
    @Nullable
    StoredRow row(StoredRows known, byte[] record) {
        try {
            if (!isLetters) {
                return known.row(record, 1);
            }
            Letters.Letter letter = Letters.Letter.of(record);
            return letter == null ? null : known.row(letter.record(), 0);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
